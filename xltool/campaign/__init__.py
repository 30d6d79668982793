"""One folder for one year: settings, roster, 下发, 收回, 退回, 汇总. The top below the command line."""
