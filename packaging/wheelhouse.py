"""A folder from which xltool installs without internet: ``python packaging/wheelhouse.py windows|linux|linux-arm [3.11 3.12 ...]``.

Needs internet itself. The wheels of one system for the Python versions that are named (default: those of ``PYTHONS``), the
installer, and a list of SHA-256. pip decides what a package needs by the machine it runs on, so what only Windows needs is named.
"""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PYTHONS = ("3.11", "3.12", "3.13", "3.14")
SYSTEMS = {
    "windows": ("win_amd64",),
    "linux": ("manylinux2014_x86_64", "manylinux_2_17_x86_64", "manylinux_2_27_x86_64", "manylinux_2_28_x86_64"),
    "linux-arm": (
        "manylinux2014_aarch64",
        "manylinux_2_17_aarch64",
        "manylinux_2_27_aarch64",
        "manylinux_2_28_aarch64",
    ),
}
ONLY_WINDOWS = ("colorama", "tzdata")

BAT = r"""@echo off
rem 离线安装 xltool：不联网，不需要管理员权限。需要 Python 3.11 以上。
setlocal
set "HOME_=%LOCALAPPDATA%\xltool"
set "PY=py -3"
where py >nul 2>nul || set "PY=python"
%PY% -c "import sys; sys.exit(sys.version_info < (3, 11))" || (echo 没有找到 Python 3.11 以上。请改用绿色版。& pause & exit /b 1)
%PY% -m venv "%HOME_%" || (echo 建立环境没有成功。& pause & exit /b 1)
"%HOME_%\Scripts\python.exe" -m pip install --no-index --find-links "%~dp0wheels" --upgrade xltool[page] || (echo 安装没有成功，请把上面的内容发给维护人员。& pause & exit /b 1)
powershell -NoProfile -Command "$s=(New-Object -ComObject WScript.Shell).CreateShortcut([Environment]::GetFolderPath('Desktop')+'\xltool.lnk'); $s.TargetPath=$env:ComSpec; $s.Arguments='/k set PATH=%HOME_%\Scripts;%%PATH%%'; $s.WorkingDirectory=[Environment]::GetFolderPath('MyDocuments'); $s.Save()"
"%HOME_%\Scripts\xltool.exe" --version
echo 已装好。桌面上的 xltool 打开命令窗口，输入 xltool demo 试一遍。
pause
"""

SH = r"""#!/bin/sh
# 离线安装 xltool：不联网，不需要管理员权限。需要 Python 3.11 以上。
set -e
here=$(cd "$(dirname "$0")" && pwd)
home="${XDG_DATA_HOME:-$HOME/.local/share}/xltool"
python=${PYTHON:-python3}
"$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "没有找到 Python 3.11 以上。请改用绿色版。"; exit 1; }
"$python" -m venv "$home"
"$home/bin/python" -m pip install --no-index --find-links "$here/wheels" --upgrade "xltool[page]"
mkdir -p "$HOME/.local/bin"
ln -sf "$home/bin/xltool" "$HOME/.local/bin/xltool"
desktop=$(xdg-user-dir DESKTOP 2>/dev/null || echo "$HOME/Desktop")
printf '#!/bin/sh\nPATH="%s:$PATH"\nexport PATH\ncd "$HOME"\nexec "${SHELL:-/bin/sh}"\n' "$home/bin" > "$home/bin/xltool-shell"
chmod +x "$home/bin/xltool-shell"
if [ -d "$desktop" ]; then
  printf '[Desktop Entry]\nType=Application\nName=xltool\nTerminal=true\nExec="%s"\n' "$home/bin/xltool-shell" > "$desktop/xltool.desktop"
  chmod +x "$desktop/xltool.desktop"
fi
"$home/bin/xltool" --version
echo "已装好。命令：$HOME/.local/bin/xltool，输入 xltool demo 试一遍。"
"""


def main(system: str, pythons: tuple[str, ...]) -> Path:
    """Make ``dist/xltool-wheelhouse-<system>`` and return it."""
    target = ROOT / "dist" / f"xltool-wheelhouse-{system}"
    shutil.rmtree(target, ignore_errors=True)
    wheels = target / "wheels"
    wheels.mkdir(parents=True)
    _run("-m", "build", "--wheel", "--no-isolation", "--outdir", str(wheels), str(ROOT))
    (ours,) = wheels.glob("xltool-*.whl")
    extra = ONLY_WINDOWS if system == "windows" else ()
    for version in pythons:
        tags = [part for tag in SYSTEMS[system] for part in ("--platform", tag)]
        which = ["--python-version", version, "--implementation", "cp", "--only-binary", ":all:"]
        _run("-m", "pip", "download", "-q", *tags, *which, "--dest", str(wheels), f"{ours}[page]", *extra)
    if system == "windows":
        (target / "安装.bat").write_bytes(BAT.replace("\n", "\r\n").encode("gbk"))
    else:
        (target / "安装.sh").write_text(SH, encoding="utf-8")
    sums = (f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.name}" for path in sorted(wheels.iterdir()))
    (target / "SHA256SUMS.txt").write_text("\n".join(sums) + "\n", encoding="utf-8")
    return target


def _run(*arguments: str) -> None:
    subprocess.run([sys.executable, *arguments], check=True)


if __name__ == "__main__":
    print(main(sys.argv[1], tuple(sys.argv[2:]) or PYTHONS))
