"""What messages say of the command line, as somebody on the page does it."""

from __future__ import annotations

import re

from reportgen import api
from reportgen.findings import InputError

_FOLDER = re.compile(r".*[/\\]", re.DOTALL)
# Messages and rules serve both; each of these is how one of them names a command or an option.
_INSTEAD = tuple((re.compile(words), here) for words, here in (
    ("可运行 reportgen fix 改写", "点“改正标点”改写"),
    ("运行 reportgen fix，由程序改写", "点“改正标点”，由程序改写"),
    ("，或用 --previous 指定", ""),
    ("或用 --previous 指定", ""),
    ("请用 --previous 指定，或把它放在本文件旁边", "请把它放在同一文件夹，文件名只差年份"),
    ("请用 --previous 指定正确的文件", "请把正确的文件放在旁边"),
    ("只供内部传阅的用 --draft 生成", "只供内部传阅的生成送审稿"),
    ("或用 --draft 生成送审稿", "或生成送审稿"),
    ("\n从严：加 --strict 检查时按错误处理", ""),
    ("可用 reportgen new 生成一份空白数据文件对照", "可在首页新建一份对照"),
    ("可用 reportgen new 生成一份空白数据文件", "可在首页新建一份"),
    ("已发布的报告先用 reportgen import 文件 -o 年度.yaml 读成数据文件",
     "已发布的报告可用下面的“读取已发布的报告”读成数据文件"),
    ("再用 reportgen import 读成数据文件", "再用下面的“读取已发布的报告”读成数据文件"),
    ("请把数填进 reportgen form 生成的填报表（.xlsx）", "请把数填进填报表（.xlsx）"),
    ("请先用 reportgen import 读成数据文件，核对后再用", "请在首页“读取已发布的报告”，核对后再用"),
    ("，改好后用 reportgen template check 检查", "，改好后再生成一次"),
    ("--from 应是", "上年的数据文件应是"),
    ("--agency：", ""),
    ("，例如 --agency 某市统计局", "，例如某市统计局"),
    ("不是有效的 YAML（[^（）]*）", "这一行附近写得不对，请检查缩进、冒号、引号和括号"),
    ("备注请另写，见说明里的“备注”", "备注请写在表上方的“备注”里"),
    ("文件已经存在，请换一个名字，或先移走它", "这个文件已经有了；要重新做一份，请先把它移走或改名"),
    ("没有写机关名称（agency.name）", "没有写机关名称"),
    ("，或用 -o 换一个文件夹", ""),
    ("请用 -o 换一个文件夹，或先移走这个文件", "请先移走这个文件"),
    ("请关掉它再运行一次，或换一个文件夹：-o \"[^\"]*\"", "请关掉它再做一次"),
    ("请自己打开", "请点文件名另存"),
    ("见 README.zh-CN.md", "见使用说明"),
    ("见 README", "见使用说明"),
))


def problems_here(error: InputError) -> str:
    """Return what a refusal says, each place without its folder, which is the one that is open."""
    return "；".join(f"{_FOLDER.sub('', str(origin))}：{message}" for origin, message in error.problems)


def lost_here(error: api.ValuesLostError) -> str:
    """Return what a refusal to write a data file anew says, with what is wrong in it."""
    return f"有认不出的内容，请先改正：{'；'.join(one.message for one in error.findings)}"


def said_here(text: str) -> str:
    """Return a message with what to click in place of the command to run."""
    for words, here in _INSTEAD:
        text = words.sub(here, text)
    return text
