"""Titles are broken between names, never inside one, into a trapezoid or a lozenge (GB/T 9704-2012, 7.3.1)."""

from itertools import accumulate

import pytest
from conftest import MINIMAL

from reportgen.outputs.document import document
from reportgen.sources import read_text
from reportgen.standard import layout
from reportgen.standard.title import title_lines

WIDTH = layout.TYPE_WIDTH / layout.MM_PER_POINT / layout.TITLE_SIZE
# Names of agencies of many kinds; a bar stands where a line may end.
NAMES = """\
和硕县|住房和城乡建设局
巴音郭楞蒙古自治州|和硕县|市场监督管理局
和田地区|行政公署
和田地区|和田县|发展和改革委员会
新疆维吾尔自治区|和田地区|于田县|农业农村局
玉溪市|新平彝族傣族自治县|人民政府|办公室
广州市|白云区|城市管理和综合执法局
南京市|栖霞区|人民政府|迈皋桥街道办事处
苏州|工业园区|管理委员会
平潭综合实验区|市场监督管理局
恩施土家族苗族自治州|生态环境局
呼伦贝尔市|莫力达瓦达斡尔族自治旗|统计局
济南市|市中区|教育和体育局
青岛市|市北区|住房和城乡建设局
三明市|沙县区|人民政府
宁波市|镇海区|应急管理局
景德镇市|昌江区|民政局
上海市|浦东新区|科技和经济委员会
国家税务总局|咸宁市|税务局
深圳市|龙岗区|发展和改革局
内蒙古自治区|锡林郭勒盟|东乌珠穆沁旗|人民政府
新疆生产建设兵团|第八师|石河子市|政务服务和数据管理局
湖北省|恩施土家族苗族自治州|鹤峰县|乡村振兴局
宁乡市|双江口镇|人民政府
大同市|云冈区|和平街街道办事处
呼和浩特市|和林格尔县|人民政府
天津市|和平区|人力资源和社会保障局
重庆市|江津区|教师发展中心
长治市|上党区|与会镇|人民政府
黔东南苗族侗族自治州|黄平县|与时俱进镇|人民政府
神农架林区|文化和旅游局
石家庄|高新技术产业开发区|管理委员会
西咸新区|秦汉新城|管理委员会
香港特别行政区|政府
福州市|鼓楼区|市场监督管理局
某某省|某某市|市场监督管理局
中共|咸宁市|委机构编制委员会|办公室
泸州市|江阳区|卫生健康局
莱芜市|钢城区|和庄镇|人民政府
沙市区|城市管理执法局
平顶山市|卫东区|工业和信息化局
伊犁哈萨克自治州|察布查尔锡伯自治县|退役军人事务局
安徽省|芜湖市|镜湖区|城乡社区治理和美乡村建设指挥部办公室""".splitlines()
TOPICS = ("2024年政府信息公开工作年度报告", "关于2024年度政府信息公开工作情况的年度报告", "2024年度政府信息公开工作报告")


def ends(pieces):
    return set(accumulate(map(len, pieces)))


@pytest.mark.parametrize("topic", TOPICS)
@pytest.mark.parametrize("given_name", NAMES)
def test_no_name_is_split(given_name, topic):
    parts = given_name.split("|")
    name = "".join(parts)
    lines = title_lines(name + topic, name=name)
    assert "".join(lines) == name + topic
    inside = {end for end in ends(lines) if end < len(name)}
    assert inside <= ends(parts), lines
    assert not {line[-1] for line in lines} & set("和与及")
    assert all(layout.text_width(line) <= WIDTH for line in lines)
    sizes = [layout.text_width(line) for line in lines]
    assert len(sizes) != 3 or sizes[1] >= min(sizes[0], sizes[2]), lines


@pytest.mark.parametrize(("title", "name", "expected"), [
    ("和硕县住房和城乡建设局2024年政府信息公开工作年度报告", "和硕县住房和城乡建设局", ["和硕县住房和城乡建设局", "2024年政府信息公开工作年度报告"]),
    ("安徽省芜湖市镜湖区城乡社区治理和美乡村建设指挥部办公室2024年政府信息公开工作年度报告", "安徽省芜湖市镜湖区城乡社区治理和美乡村建设指挥部办公室",
     ["安徽省芜湖市镜湖区", "城乡社区治理和美乡村建设指挥部办公室", "2024年政府信息公开工作年度报告"]),
    # Without the agency's name, from the words alone.
    ("关于印发和美乡村建设工作方案的通知2024年度和硕县农业农村局", "", ["关于印发和美乡村建设工作方案的", "通知2024年度和硕县农业农村局"]),
])
def test_where_titles_break(title, name, expected):
    assert title_lines(title, name=name) == expected


def test_the_name_comes_from_the_data_file():
    # Nothing in these words says where the name ends; the data file does.
    name = "某省甲乙丙丁戊己庚辛壬癸子丑"
    text = MINIMAL.replace("某县统计局", name) + f"title: {name}信息公开工作2024年年度报告\n"
    assert document(read_text(text, "a.yaml")).title[0] == name
