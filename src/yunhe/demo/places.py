"""Sales regions, provinces and dealer cities (national codes), and invented partner names.

The places are real, for the map; that a shop of the dataset lies there is invented, and so is every
name of a dealer, sub-dealer, store and person.
"""

from __future__ import annotations

from dataclasses import dataclass

REGIONS: dict[str, tuple[str, str, int]] = {
    "EAST": ("华东大区", "East China", 3),
    "SOUTH": ("华南大区", "South China", 4),
    "NORTH": ("华北大区", "North China", 4),
    "CENTRAL": ("华中大区", "Central China", 3),
    "SOUTHWEST": ("西南大区", "Southwest China", 6),
    "NORTHWEST": ("西北大区", "Northwest China", 8),
    "NORTHEAST": ("东北大区", "Northeast China", 6),
}
"""Region → Chinese and English name, days from the HQ warehouse to a dealer there."""

PROVINCES: dict[str, tuple[str, str, str]] = {
    "310000": ("上海市", "Shanghai", "EAST"),
    "320000": ("江苏省", "Jiangsu", "EAST"),
    "330000": ("浙江省", "Zhejiang", "EAST"),
    "340000": ("安徽省", "Anhui", "EAST"),
    "370000": ("山东省", "Shandong", "EAST"),
    "350000": ("福建省", "Fujian", "SOUTH"),
    "440000": ("广东省", "Guangdong", "SOUTH"),
    "450000": ("广西壮族自治区", "Guangxi", "SOUTH"),
    "460000": ("海南省", "Hainan", "SOUTH"),
    "110000": ("北京市", "Beijing", "NORTH"),
    "120000": ("天津市", "Tianjin", "NORTH"),
    "130000": ("河北省", "Hebei", "NORTH"),
    "140000": ("山西省", "Shanxi", "NORTH"),
    "150000": ("内蒙古自治区", "Inner Mongolia", "NORTH"),
    "360000": ("江西省", "Jiangxi", "CENTRAL"),
    "410000": ("河南省", "Henan", "CENTRAL"),
    "420000": ("湖北省", "Hubei", "CENTRAL"),
    "430000": ("湖南省", "Hunan", "CENTRAL"),
    "500000": ("重庆市", "Chongqing", "SOUTHWEST"),
    "510000": ("四川省", "Sichuan", "SOUTHWEST"),
    "520000": ("贵州省", "Guizhou", "SOUTHWEST"),
    "530000": ("云南省", "Yunnan", "SOUTHWEST"),
    "610000": ("陕西省", "Shaanxi", "NORTHWEST"),
    "620000": ("甘肃省", "Gansu", "NORTHWEST"),
    "640000": ("宁夏回族自治区", "Ningxia", "NORTHWEST"),
    "650000": ("新疆维吾尔自治区", "Xinjiang", "NORTHWEST"),
    "210000": ("辽宁省", "Liaoning", "NORTHEAST"),
    "220000": ("吉林省", "Jilin", "NORTHEAST"),
    "230000": ("黑龙江省", "Heilongjiang", "NORTHEAST"),
}


@dataclass(frozen=True, slots=True)
class Seat:
    """Where a dealer sits and what it is called: city code, names, invented house name."""

    city_code: str
    city_zh: str
    city_en: str
    house_zh: str
    house_en: str
    trade_zh: str

    @property
    def province_code(self) -> str:
        return self.city_code[:2] + "0000"

    @property
    def name_zh(self) -> str:
        return f"{self.city_zh}{self.house_zh}{self.trade_zh}"

    @property
    def name_en(self) -> str:
        return f"{self.house_en} {_TRADES[self.trade_zh]} ({self.city_en})"


_TRADES = {
    "商贸有限公司": "Trading",
    "食品贸易有限公司": "Food Trading",
    "供应链有限公司": "Supply Chain",
    "食品配送有限公司": "Food Distribution",
}

_SEATS = """
310100 上海 Shanghai 澄渡源 Chengduyuan 供应链有限公司
320100 南京 Nanjing 禾津瑞 Hejinrui 商贸有限公司
320500 苏州 Suzhou 溪谷通 Xigutong 食品贸易有限公司
320200 无锡 Wuxi 泊岸丰 Bo'anfeng 商贸有限公司
330100 杭州 Hangzhou 棠渡汇 Tangduhui 供应链有限公司
330200 宁波 Ningbo 屿港达 Yugangda 食品贸易有限公司
330300 温州 Wenzhou 瓯穗联 Ousuilian 商贸有限公司
340100 合肥 Hefei 淝禾顺 Feiheshun 食品配送有限公司
340200 芜湖 Wuhu 鸠岸兴 Jiu'anxing 商贸有限公司
370100 济南 Jinan 泉穗和 Quansuihe 食品贸易有限公司
370200 青岛 Qingdao 胶渡洋 Jiaoduyang 供应链有限公司
440100 广州 Guangzhou 珠禾达 Zhuheda 供应链有限公司
440300 深圳 Shenzhen 鹏渡优 Pengduyou 食品配送有限公司
440600 佛山 Foshan 汾岸隆 Fen'anlong 商贸有限公司
441900 东莞 Dongguan 莞穗程 Guansuicheng 食品贸易有限公司
450100 南宁 Nanning 邕禾泰 Yonghetai 商贸有限公司
450200 柳州 Liuzhou 柳渡丰 Liudufeng 商贸有限公司
460100 海口 Haikou 椰津通 Yejintong 食品贸易有限公司
350100 福州 Fuzhou 榕溪茂 Rongximao 商贸有限公司
350200 厦门 Xiamen 鹭岸和 Lu'anhe 食品配送有限公司
110100 北京 Beijing 蓟渡诚 Jiducheng 供应链有限公司
110100 北京 Beijing 燕穗合 Yansuihe 食品贸易有限公司
120100 天津 Tianjin 沽津远 Gujinyuan 商贸有限公司
130100 石家庄 Shijiazhuang 滹禾盛 Huhesheng 商贸有限公司
130200 唐山 Tangshan 滦岸兴 Luan'anxing 食品贸易有限公司
140100 太原 Taiyuan 汾渡恒 Fenduheng 商贸有限公司
150100 呼和浩特 Hohhot 敕原达 Chiyuanda 食品配送有限公司
410100 郑州 Zhengzhou 中穗渡 Zhongsuidu 供应链有限公司
410300 洛阳 Luoyang 洛禾源 Luoheyuan 商贸有限公司
420100 武汉 Wuhan 江渡汇 Jiangduhui 供应链有限公司
420500 宜昌 Yichang 峡岸通 Xia'antong 商贸有限公司
430100 长沙 Changsha 湘禾旺 Xianghewang 食品贸易有限公司
430200 株洲 Zhuzhou 渌津顺 Lujinshun 商贸有限公司
360100 南昌 Nanchang 赣渡丰 Gandufeng 食品贸易有限公司
510100 成都 Chengdu 锦穗渡 Jinsuidu 供应链有限公司
510700 绵阳 Mianyang 涪禾安 Fuhe'an 商贸有限公司
500100 重庆 Chongqing 嘉渡隆 Jiadulong 供应链有限公司
520100 贵阳 Guiyang 筑溪联 Zhuxilian 食品贸易有限公司
520300 遵义 Zunyi 湄岸兴 Mei'anxing 商贸有限公司
530100 昆明 Kunming 滇禾达 Dianheda 食品配送有限公司
610100 西安 Xi'an 灞渡和 Baduhe 供应链有限公司
620100 兰州 Lanzhou 陇津远 Longjinyuan 商贸有限公司
640100 银川 Yinchuan 朔禾丰 Shuohefeng 食品贸易有限公司
650100 乌鲁木齐 Urumqi 天岸通 Tian'antong 商贸有限公司
210100 沈阳 Shenyang 浑渡盛 Hundusheng 供应链有限公司
210200 大连 Dalian 渤禾洋 Boheyang 食品贸易有限公司
220100 长春 Changchun 伊穗顺 Yisuishun 商贸有限公司
230100 哈尔滨 Harbin 松津源 Songjinyuan 食品配送有限公司
"""

SEATS: tuple[Seat, ...] = tuple(Seat(*line.split()) for line in _SEATS.strip().splitlines())

STORE_BANNERS: tuple[tuple[str, str], ...] = (
    ("邻穗超市", "Linsui Market"),
    ("禾畔生鲜", "Hepan Fresh"),
    ("棠里生活馆", "Tangli Living"),
    ("津渡便利", "Jindu Convenience"),
    ("沐禾优选", "Muhe Select"),
    ("溪下食集", "Xixia Grocer"),
    ("晓岸综合超市", "Xiao'an Superstore"),
    ("小渡口便利", "Xiaodukou Mini"),
)

STREETS: tuple[tuple[str, str], ...] = (
    ("人民路", "Renmin Rd"),
    ("建设路", "Jianshe Rd"),
    ("解放路", "Jiefang Rd"),
    ("中山路", "Zhongshan Rd"),
    ("和平路", "Heping Rd"),
    ("新华路", "Xinhua Rd"),
    ("文化路", "Wenhua Rd"),
    ("青年路", "Qingnian Rd"),
    ("朝阳街", "Chaoyang St"),
    ("滨河路", "Binhe Rd"),
    ("迎宾大道", "Yingbin Ave"),
    ("学府路", "Xuefu Rd"),
    ("友谊路", "Youyi Rd"),
    ("光明街", "Guangming St"),
    ("长江路", "Changjiang Rd"),
    ("黄河路", "Huanghe Rd"),
    ("园林路", "Yuanlin Rd"),
    ("车站街", "Chezhan St"),
    ("东风路", "Dongfeng Rd"),
    ("体育路", "Tiyu Rd"),
)

OWNER_SURNAMES: tuple[tuple[str, str], ...] = (
    ("周", "Zhou"), ("吴", "Wu"), ("郑", "Zheng"), ("冯", "Feng"), ("陈", "Chen"), ("沈", "Shen"),
    ("韩", "Han"), ("杨", "Yang"), ("朱", "Zhu"), ("许", "Xu"), ("何", "He"), ("吕", "Lyu"),
    ("张", "Zhang"), ("孔", "Kong"), ("曹", "Cao"), ("严", "Yan"),
)  # fmt: skip
OWNER_GIVEN: tuple[tuple[str, str], ...] = (
    ("立诚", "Licheng"), ("晓岚", "Xiaolan"), ("国栋", "Guodong"), ("雅琴", "Yaqin"),
    ("海峰", "Haifeng"), ("文娟", "Wenjuan"), ("志远", "Zhiyuan"), ("慧敏", "Huimin"),
    ("建业", "Jianye"), ("思源", "Siyuan"), ("春燕", "Chunyan"), ("永康", "Yongkang"),
)  # fmt: skip

SUB_DEALER_HOUSES: tuple[tuple[str, str], ...] = (
    ("邻渡", "Lindu"), ("汀禾", "Tinghe"), ("晴岸", "Qing'an"), ("穗田", "Suitian"),
    ("渡口里", "Dukouli"), ("溪桥", "Xiqiao"), ("榆津", "Yujin"), ("荷渚", "Hezhu"),
    ("梓岸", "Zi'an"), ("云穗", "Yunsui"), ("沙渚", "Shazhu"), ("柏禾", "Baihe"),
    ("枫渡", "Fengdu"), ("竹津", "Zhujin"),
)  # fmt: skip
