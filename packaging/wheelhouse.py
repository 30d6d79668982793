"""A folder from which xltool installs without internet: ``python packaging/wheelhouse.py windows|linux|linux-arm [3.11 3.12 ...]``.

Needs internet itself. The wheels of one system for the Python versions that are named (default: those of ``PYTHONS``), the
installer, and a list of SHA-256. pip decides what a package needs by the machine it runs on, so what only Windows needs is named.
"""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import sys
from collections.abc import Sequence
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
rem 离线安装 xltool：不联网，不需要管理员权限。需要 64 位的 Python {first} 到 {last}。
setlocal
set "PYTHONHOME="
set "PYTHONPATH="
set "HOME_=%LOCALAPPDATA%\xltool"
if not exist "%~dp0wheels\" (echo 没有找到 wheels 文件夹。请先把压缩包全部解压，再运行解压出来的这个文件。& pause & exit /b 1)
set "PY="
for %%v in ({all}) do if not defined PY py -%%v -c "import sys; sys.exit(sys.maxsize < 2**32)" >nul 2>nul && set "PY=py -%%v"
if not defined PY python -c "import sys; sys.exit(not ({low}) <= sys.version_info[:2] <= ({high}) or sys.maxsize < 2**32)" >nul 2>nul && set "PY=python"
if not defined PY (echo 没有找到 64 位的 Python {first} 到 {last}。请改用绿色版。& pause & exit /b 1)
%PY% -m venv --clear "%HOME_%" || (echo 建立环境没有成功。正在运行 xltool 的，请先关闭。& pause & exit /b 1)
"%HOME_%\Scripts\python.exe" -m pip --isolated --disable-pip-version-check install --no-index --find-links "%~dp0wheels" "xltool[page]" || (echo 安装没有成功，请把上面的内容发给维护人员。& pause & exit /b 1)
powershell -NoProfile -Command "$q=[char]34; $s=(New-Object -ComObject WScript.Shell).CreateShortcut([Environment]::GetFolderPath('Desktop')+'\xltool.lnk'); $s.TargetPath=$env:ComSpec; $s.Arguments='/k set '+$q+'PATH='+$env:HOME_+'\Scripts;%%PATH%%'+$q; $s.WorkingDirectory=[Environment]::GetFolderPath('MyDocuments'); $s.Save()"
if exist "%USERPROFILE%\Desktop\xltool.lnk" (echo 桌面上的 xltool 打开命令窗口。) else (echo 桌面上没有看到 xltool 的，直接运行下面这个程序。& echo "%HOME_%\Scripts\xltool.exe")
"%HOME_%\Scripts\xltool.exe" --version || (echo 已经装了，但运行不了，请把上面的内容发给维护人员。& pause & exit /b 1)
echo 已装好。输入 xltool demo 试一遍。
pause
"""
"""Every path in quotes, for names of users and folders with blanks and Chinese; what is said has no byte that cmd would take for
a sign of its own, whatever the console's code page."""

SH = r"""#!/bin/sh
# 离线安装 xltool：不联网，不需要管理员权限。需要 Python 3.11 以上。
set -e
here=$(cd "$(dirname "$0")" && pwd)
home="${XDG_DATA_HOME:-$HOME/.local/share}/xltool"
python=${PYTHON:-python3}
"$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "没有找到 Python 3.11 以上。请改用绿色版。"; exit 1; }
unset PYTHONHOME PYTHONPATH
"$python" -m venv --clear "$home"
"$home/bin/python" -m pip --isolated --disable-pip-version-check install --no-index --find-links "$here/wheels" "xltool[page]"
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
        (target / "安装.bat").write_bytes(installer(pythons))
    else:
        (target / "安装.sh").write_text(SH, encoding="utf-8")
    sums = (f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.name}" for path in sorted(wheels.iterdir()))
    (target / "SHA256SUMS.txt").write_text("\n".join(sums) + "\n", encoding="utf-8")
    return target


def installer(pythons: Sequence[str]) -> bytes:
    """Return 安装.bat for a wheelhouse of these versions: GBK, as a Chinese Windows reads it, with its ends of lines."""
    numbers = sorted((tuple(map(int, version.split("."))) for version in pythons), reverse=True)
    named = [".".join(map(str, number)) for number in numbers]
    text = BAT.replace("{first}", named[-1]).replace("{last}", named[0]).replace("{all}", " ".join(named))
    text = text.replace("{low}", "{}, {}".format(*numbers[-1])).replace("{high}", "{}, {}".format(*numbers[0]))
    return text.replace("\n", "\r\n").encode("gbk")


def _run(*arguments: str) -> None:
    subprocess.run([sys.executable, *arguments], check=True)


if __name__ == "__main__":
    print(main(sys.argv[1], tuple(sys.argv[2:]) or PYTHONS))
