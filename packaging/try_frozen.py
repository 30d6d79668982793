"""Tries the frozen program where there is no Python: ``python packaging/try_frozen.py dist/xltool``. Prints size and times.

The environment is emptied, PATH leads nowhere. What it writes is compared with what the interpreter writes, byte by byte.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

KEPT = ("SYSTEMROOT", "TEMP", "TMP", "LOCALAPPDATA", "USERPROFILE")  # Windows starts no program without them


def main(folder: Path) -> None:
    """Fail at the first thing that is not as it should be."""
    program = folder.resolve() / ("xltool.exe" if os.name == "nt" else "xltool")
    size = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file() and not path.is_symlink())
    count = sum(1 for path in folder.rglob("*") if path.is_file())
    print(f"大小：{size / 1e6:.1f} MB，{count} 个文件")
    with tempfile.TemporaryDirectory() as name:
        work = Path(name)
        nowhere = work / "没有"
        nowhere.mkdir()
        bare = {key: os.environ[key] for key in KEPT if key in os.environ} | {"PATH": str(nowhere), "HOME": name}
        bare |= {"PYTHONUTF8": "1"}

        def run(*arguments: str, code: int = 0) -> str:
            began, cpu = time.perf_counter(), _cpu()
            done = subprocess.run(
                [str(program), *arguments], cwd=work, env=bare, capture_output=True, encoding="utf-8", check=False
            )
            took = time.perf_counter() - began
            assert done.returncode == code, (arguments, done.returncode, done.stdout, done.stderr)
            print(f"xltool {' '.join(arguments)}：{took:.2f} 秒，CPU {_cpu() - cpu:.2f} 秒")
            return done.stdout

        for _ in range(3):
            assert run("--version").startswith("xltool ")
        assert "待认领" in run("help", "状态")
        assert "hunan-2022" in run("forms")
        assert "应报 14 个，已报 12 个" in run("demo", "示例")
        for ledger in (work / "示例" / "汇总").glob("台账*"):
            ledger.unlink()
        assert "本次核对 13 个" in run("collect", "-C", "示例", code=1), "its workers read everything again"
        assert "没有变化的 13 个没有重读" in run("collect", "-C", "示例", code=1)
        returned = sorted((work / "示例" / "收回").glob("*.xlsx"))[0]
        assert '"status"' in run("check", str(returned), "--json")
        run("letters", "-C", "示例", "--today", "2023-03-20")
        run("collect", "-C", "示例", "--tables", code=1)
        assert (work / "示例" / "汇总" / "数据").is_dir()
        subprocess.run([sys.executable, "-m", "xltool", "demo", "对照"], cwd=work, check=True, capture_output=True)
        _try_page(program, work, bare)
        # A PDF is read only where pdfplumber is installed.
        stems = [path.stem for path in (work / "示例" / "收回").glob("*.pdf")]
        for part in ("下发", "退回"):
            ours = {path.name: path.read_bytes() for path in (work / "示例" / part).glob("*.xlsx")}
            theirs = {path.name: path.read_bytes() for path in (work / "对照" / part).glob("*.xlsx")}
            assert sorted(ours) == sorted(theirs)
            different = [name for name in theirs if ours[name] != theirs[name]]
            assert [name for name in different if not name.startswith(tuple(stems))] == []
            print(f"{part}：{len(theirs)} 个文件，与解释器写出的逐字节相同 {len(theirs) - len(different)} 个")


def _try_page(program: Path, work: Path, bare: dict[str, str]) -> None:
    """The page answers at the address it prints."""
    began = time.perf_counter()
    order = [str(program), "page", "-C", "示例", "--no-browser"]
    with subprocess.Popen(order, cwd=work, env=bare, stdout=subprocess.PIPE, encoding="utf-8") as page:
        try:
            line = page.stdout.readline() if page.stdout else ""
            address = re.search(r"http://127\.0\.0\.1:\d+\S*", line)
            assert address, line
            opener = urllib.request.build_opener(urllib.request.ProxyHandler({}), urllib.request.HTTPCookieProcessor())
            with opener.open(address[0], timeout=60) as answer:
                text = answer.read().decode("utf-8")
            assert "衡山县" in text, text[:300]
            print(f"xltool page 打开第一页：{time.perf_counter() - began:.2f} 秒")
        finally:
            page.terminate()


def _cpu() -> float:
    """CPU seconds of the programs that have ended (not on Windows)."""
    spent = os.times()
    return spent.children_user + spent.children_system


if __name__ == "__main__":
    main(Path(sys.argv[1]))
