"""What the frozen program starts. Spawned workers start it too: ``freeze_support`` turns them into workers before anything else."""

import multiprocessing

if __name__ == "__main__":
    multiprocessing.freeze_support()

    from xltool.cli import main

    main()
