"""汇总: gathered once, written as sheets and charts."""
