"""The network's equations as they stand, one scenario, link by link: slow, and nothing to get wrong. An oracle."""

import numpy as np

from monazite.disruption.network.days import DAYS_A_YEAR, REQUIRED, NetworkScenario, Parameters
from monazite.disruption.network.table import SupplyTable


def shares_by_day(table: SupplyTable, scenario: NetworkScenario, day: int) -> tuple[np.ndarray, np.ndarray]:
    """lambda (suppliers, buyers) and Delta (industries) of a day."""
    crosses, lost = np.ones(table.flows.shape), np.zeros(len(table))
    for rule in scenario.permissions:
        if day < len(rule.share):
            links = np.ix_(rule.suppliers, rule.buyers)
            crosses[links] = np.minimum(crosses[links], rule.share[day])
    for loss in scenario.losses:
        if day < len(loss.share):
            lost[loss.industries] = np.maximum(lost[loss.industries], loss.share[day])
    return crosses, lost


def production(
    table: SupplyTable, scenario: NetworkScenario, steps: int, given: Parameters
) -> tuple[np.ndarray, np.ndarray]:
    """(steps, industries) production, and the stocks (products, industries) after the last step."""
    kinds, count = len(table.products), len(table)
    product, output, final = table.product, table.output / DAYS_A_YEAR, table.final_demand / DAYS_A_YEAR
    needs = table.input_per_output
    cover = np.asarray(given.cover, dtype=float)
    cover = np.broadcast_to(cover[:, None] if cover.ndim == 1 else cover, needs.shape)
    bind = np.asarray(given.bind, dtype=float)
    bind = np.broadcast_to(bind[:, None] if bind.ndim == 1 else bind, needs.shape)
    switch = np.broadcast_to(np.asarray(given.switch, dtype=float), (kinds,))[product]
    pull = (given.step / switch)[:, None]
    member = np.zeros((kinds, count))  # [product, maker]
    member[product, np.arange(count)] = 1

    def parts(links: np.ndarray, otherwise: np.ndarray) -> np.ndarray:
        pooled = (member @ links)[product]
        return np.where(pooled > 0, links / np.where(pooled > 0, pooled, 1), otherwise)

    shares = parts(table.flows, np.zeros(table.flows.shape))
    stock, alpha, made = cover * needs * output, np.ones(count), output
    orders = needs * output
    found = []
    for day in range(steps):
        crosses, lost = shares_by_day(table, scenario, day)
        demand = final + (crosses * shares * orders[product]).sum(axis=1)
        if day:
            gap = demand - made
            over = np.divide(gap, demand, out=np.zeros(count), where=demand > 0) * (given.alpha_max - alpha)
            move = np.where(gap != 0, over, 1 - alpha)
            alpha = np.maximum(1, alpha + move * given.step / given.alpha_tau)
        rho = (1 - lost) * alpha
        best = np.minimum(demand, output * rho)
        low = np.ones(count)
        for kind in range(kinds):
            wanted = given.psi * cover[kind] * best * needs[kind]
            binds = (needs[kind] * DAYS_A_YEAR > REQUIRED) & (wanted > 0)
            ratio = np.minimum(1, np.divide(stock[kind], wanted, out=np.ones(count), where=binds))
            low = np.minimum(
                low, np.where(bind[kind] == 0, 1, np.where(bind[kind] == 1, ratio, (1 + ratio) / 2))
            )
        made = best * low
        served = np.divide(made, demand, out=np.zeros(count), where=demand > 0)
        got = member @ (crosses * shares * orders[product] * served[:, None])
        stock = np.maximum(0, stock + (got - made * needs) * given.step)
        goal = parts(table.flows * rho[:, None] * crosses, shares)
        shares = shares + (goal - shares) * pull
        orders = np.maximum(0, cover * best * needs - stock) / given.restock + made * needs
        found.append(made)
    return np.array(found), stock
