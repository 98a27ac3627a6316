"""Tables of common surnames and given-name characters, by generation; every person drawn from them is invented."""

import numpy as np

# First and second characters of given names per generation (older, middle, young) and gender.
GIVEN = {
    (0, "female"): (
        "桂 gui 秀 xiu 玉 yu 淑 shu 惠 hui 凤 feng 美 mei 月 yue 翠 cui 素 su",
        "兰 lan 英 ying 珍 zhen 芳 fang 莲 lian 梅 mei 琴 qin 娥 e 芬 fen 云 yun",
    ),
    (0, "male"): (
        "国 guo 建 jian 德 de 树 shu 文 wen 永 yong 福 fu 长 chang 荣 rong 庆 qing",
        "生 sheng 林 lin 才 cai 全 quan 安 an 根 gen 昌 chang 良 liang 祥 xiang 发 fa",
    ),
    (1, "female"): (
        "晓 xiao 丽 li 雪 xue 海 hai 艳 yan 静 jing 慧 hui 婷 ting 佳 jia 思 si",
        "敏 min 红 hong 燕 yan 霞 xia 玲 ling 萍 ping 娟 juan 丹 dan 琳 lin 芸 yun",
    ),
    (1, "male"): (
        "俊 jun 伟 wei 海 hai 晓 xiao 家 jia 嘉 jia 振 zhen 宏 hong 世 shi 启 qi",
        "斌 bin 峰 feng 辉 hui 鹏 peng 勇 yong 涛 tao 浩 hao 华 hua 源 yuan 森 sen",
    ),
    (2, "female"): (
        "雨 yu 欣 xin 梓 zi 诗 shi 可 ke 若 ruo 语 yu 一 yi 芷 zhi 沐 mu",
        "桐 tong 怡 yi 涵 han 彤 tong 瑶 yao 妍 yan 萱 xuan 宁 ning 禾 he 晴 qing",
    ),
    (2, "male"): (
        "子 zi 宇 yu 浩 hao 奕 yi 梓 zi 俊 jun 睿 rui 明 ming 承 cheng 知 zhi",
        "轩 xuan 航 hang 宸 chen 然 ran 恒 heng 博 bo 远 yuan 朗 lang 川 chuan 屿 yu",
    ),
}


def _pairs(table: str) -> list[tuple[str, str]]:
    words = table.split()
    return list(zip(words[::2], words[1::2], strict=True))


FAMILY = _pairs(
    "王 Wang 李 Li 张 Zhang 刘 Liu 陈 Chen 杨 Yang 黄 Huang 赵 Zhao 吴 Wu 周 Zhou 徐 Xu 孙 Sun 马 Ma 朱 Zhu 胡 Hu "
    "郭 Guo 何 He 林 Lin 罗 Luo 高 Gao 郑 Zheng 梁 Liang 谢 Xie 宋 Song 唐 Tang 许 Xu 韩 Han 冯 Feng 曹 Cao 彭 Peng "
    "曾 Zeng 萧 Xiao 田 Tian 董 Dong 潘 Pan 袁 Yuan 蔡 Cai 蒋 Jiang 余 Yu 于 Yu 杜 Du 叶 Ye 程 Cheng 苏 Su 魏 Wei "
    "吕 Lü 丁 Ding 任 Ren 沈 Shen 姚 Yao 卢 Lu 钟 Zhong 姜 Jiang 崔 Cui 谭 Tan 陆 Lu 汪 Wang 范 Fan 廖 Liao 石 Shi"
)
FIRST_SECOND = {key: (_pairs(first), _pairs(second)) for key, (first, second) in GIVEN.items()}
OLDER_AGE, YOUNG_AGE = 58, 22


def generation(age: int) -> int:
    """0 for the generation around retirement and beyond, 2 for the youngest."""
    return 0 if age >= OLDER_AGE else 2 if age < YOUNG_AGE else 1


def full_name(family: int, first: int, second: int, gender: str, age: int) -> tuple[str, str]:
    """The name drawn by three numbers, in characters and in pinyin with the surname first."""
    surname = FAMILY[family % len(FAMILY)]
    firsts, seconds = FIRST_SECOND[generation(age), gender]
    a, b = firsts[first % len(firsts)], seconds[second % len(seconds)]
    return surname[0] + a[0] + b[0], f"{surname[1]} {a[1].capitalize()}{b[1]}"


def draw_families(chance: np.random.Generator, count: int) -> list[int]:
    """Surname indexes: the first of the table are the most common."""
    weights = 1.0 / (np.arange(len(FAMILY)) + 6.0)
    drawn: list[int] = chance.choice(len(FAMILY), size=count, p=weights / weights.sum()).tolist()
    return drawn


# Compounds: invented from two characters; no real estate bears such a name on purpose.
PLACE_FIRST = _pairs(
    "听 Ting 望 Wang 沐 Mu 栖 Qi 拾 Shi 闻 Wen 映 Ying 枕 Zhen 揽 Lan 知 Zhi 和 He 问 Wen 邀 Yao 伴 Ban 载 Zai 倚 Yi "
    "留 Liu 晴 Qing 迎 Ying 唤 Huan"
)
PLACE_SECOND = _pairs(
    "榕 rong 汐 xi 棠 tang 鹭 lu 荔 li 蕉 jiao 筠 yun 帆 fan 莲 lian 禾 he 桐 tong 枫 feng 萤 ying 蝉 chan 鸢 yuan "
    "苔 tai 葵 kui 茉 mo 芦 lu 藤 teng"
)
PLACE_SUFFIX = {
    "old": _pairs("新村 New_Village 小区 Estate 大院 Yard"),
    "commercial": _pairs("花园 Garden 苑 Court 雅居 Residence"),
    "village": _pairs("坊 Lanes 围 Walled_Village 里 Alleys"),
}


def place_names(chance: np.random.Generator, kinds: list[str]) -> list[tuple[str, str]]:
    """One distinct invented name per compound, Chinese and English."""
    found = []
    order = chance.permutation(len(PLACE_FIRST) * len(PLACE_SECOND))
    for i, (kind, pick) in enumerate(zip(kinds, chance.integers(0, 3, len(kinds)), strict=True)):
        turn, code = divmod(i, len(order))
        first, second = divmod(int(order[code]), len(PLACE_SECOND))
        suffix = PLACE_SUFFIX[kind][int(pick)]
        stem_zh = PLACE_FIRST[first][0] + PLACE_SECOND[second][0]
        stem_en = PLACE_FIRST[first][1] + PLACE_SECOND[second][1]
        part = ("", "") if not turn else (f"{turn + 1}期", f" Phase {turn + 1}")
        found.append((stem_zh + suffix[0] + part[0], f"{stem_en} {suffix[1].replace('_', ' ')}{part[1]}"))
    return found
