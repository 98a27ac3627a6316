"""Sentences of explanations: English, then Chinese."""

Text = tuple[str, str]
Texts = dict[str, Text]

FIRST: Texts = {
    "visit": ("Somebody comes to you on {when}.", "已安排好，{when}有人上门。"),
    "served": ("This request is served.", "这项需求已经安排好。"),
    "nobody": ("At present nobody can come to this request.", "目前没有人能来做这项服务。"),
    "waits": ("Another visit must come first, and has no time yet.", "要先做完前一项服务，那项还没排上。"),
    "mandatory": ("This time is needed for visits that must take place.", "这段时间要留给必须完成的服务。"),
    "points": ("Others with more points need this time.", "这段时间先给了分数更高的人。"),
    "short": ("{n} points are missing; others come first this time.", "还差{n}分，这次先轮到别人。"),
    "one short": ("One point is missing; others come first this time.", "还差1分，这次先轮到别人。"),
    "short at most": ("At most {n} points are missing this time.", "这次最多还差{n}分。"),
    "one short at most": ("At most one point is missing this time.", "这次最多还差1分。"),
    "tie": ("Others have as many points; time was too short.", "您和别人分数一样，时间不够分。"),
    "tolerance": ("A few points were given up for shorter ways.", "为了少走路，这次让出了几分。"),
    "improvable": ("A plan with your visit was found; ask the office.", "找到了能安排您的办法，请联系社区。"),
    "alternative": ("This need is already met in another way.", "这项需求已用别的方式满足。"),
    "full": ("No seat is free at present.", "目前没有空位。"),
    "waiting": ("No seat is free; you are number {n} in the line.", "目前没有空位，您排在第{n}位。"),
    "few": ("Too few people have signed up so far.", "目前报名的人还不够。"),
}
"""First lines by reason; some have several forms."""

FACTS: Texts = {
    "visit": (
        "People who come: {people}. The way adds {n} minutes for them.",
        "来{people}个人，他们为此多走{n}分钟。",
    ),
    "others": ("Others who could have come: {n}.", "还有{n}个人或队伍也能来。"),
    "only": ("Nobody else could have come.", "没有别人能来。"),
    "cutoff": (
        "This request has {points} points. With more than {high} points it would be served.",
        "这项需求有{points}分，超过{high}分就能安排上。",
    ),
    "mandatory": (
        "Visits that would have to be left out for it: {n}.",
        "如果安排这项，必须做的服务就要少{n}项。",
    ),
    "change": (
        "To serve it, others would lose {lost} of their visits, and {moved} would change.",
        "要安排这项，别人会少{lost}次服务，另有{moved}次要调整。",
    ),
    "open": (
        "This is what the search found. A better plan may exist; the office can search longer.",
        "这是目前算出的结果，也许还有更好的安排，社区可以再算一次。",
    ),
    "moved": (
        " For it {n} of the visits of others change; nobody loses one.",
        "为此有{n}次别人的服务要调整，但谁都不会少。",
    ),
}

LEVELS: Texts = {
    "none": ("Both plans are equally good in everything that counts.", "两种安排在各方面都一样好。"),
    "mandatory": (
        "Otherwise {n} visits that must take place would be left out.",
        "否则会少{n}项必须完成的服务。",
    ),
    "service": ("Otherwise others would lose at least {n} points.", "否则别人至少会少{n}分。"),
    "served": ("Otherwise fewer people would be served, {n} in all.", "否则会少服务{n}个人。"),
    "travel": ("Otherwise all ways together would be {n} minutes longer.", "否则大家一共要多走{n}分钟。"),
    "experience": (
        "Otherwise ways, waiting and wishes would be worse, worth {n} minutes.",
        "否则路程、迟到和心愿合起来会差{n}分钟。",
    ),
    "rules": ("The others have no room in their day.", "其他人当天已经排满。"),
}

RULES: Texts = {
    "provider_admitted": (
        "Those who could come are not admitted yet, or pause.",
        "能来的单位还没准入，或者暂停了。",
    ),
    "provider_kind": ("None of the kinds of helpers you chose can come.", "您选的服务类别里没有人能来。"),
    "skill_level": ("Nobody here knows this kind of work well enough.", "附近没有人会做这项服务。"),
    "qualification_valid": ("Nobody has the certificate that it needs.", "没有人有这项服务需要的证件。"),
    "refused": ("Those who could come are people you do not wish to come.", "能来的人是您不希望来的人。"),
    "forbidden": ("The office has ruled out those who could come.", "社区规定能来的人不能来这里。"),
    "gender": (
        "You asked for a man or a woman, and no such person can come.",
        "您对性别有要求，没有这样的人能来。",
    ),
    "language": ("Nobody who could come speaks the language you asked for.", "能来的人不会说您要的语言。"),
    "pinned": ("It was promised to certain people, and they cannot come.", "已约好的人来不了。"),
    "start_in_window": ("No visit can begin at the times you gave.", "您给的时间里没法开始服务。"),
    "within_reach": ("Everybody who could do it lives too far away.", "会做的人都住得太远。"),
    "leg_limit": ("The way is longer than helpers accept.", "路程超过了他们愿意走的时间。"),
    "inside_shift": (
        "Nobody has enough free time in the times you gave.",
        "您给的时间里没有人有足够的空闲。",
    ),
    "worker_day_cap": ("Helpers do not take so much on one day.", "他们一天做不了这么多。"),
    "worker_week_cap": ("Helpers do not take so much in one week.", "他们一周做不了这么多。"),
    "provider_day_cap": ("The provider does not take so much on one day.", "这家单位一天接不了这么多。"),
    "provider_week_cap": ("The provider does not take so much in one week.", "这家单位一周接不了这么多。"),
    "price_cap": ("Those who could come cost more than agreed.", "能来的人收费超过了说好的价钱。"),
    "funding": ("The fund that would pay the rest has too little money.", "用来补差价的钱不够了。"),
    "two_adults": ("Two people must come, and there are not two.", "要两个人一起来，目前凑不齐。"),
    "experienced": ("Somebody with experience must come along.", "需要有经验的人一起来。"),
    "atomic_team": ("No team has enough people of its own for it.", "没有哪个队伍人手够。"),
    "headcount": ("Not enough people are free at the same time.", "没有足够的人同一时间有空。"),
    "precedence": ("Another visit must come first, and that is not possible.", "要先做的那项服务没法安排。"),
    "capacity": ("It is more than helpers can carry at once.", "一次送不了这么多。"),
    "depot": ("No kitchen delivers to this place in time.", "没有食堂能及时送到这里。"),
    "depot_ready": ("No kitchen is ready at that time.", "那个时间食堂还没做好。"),
    "depot_units": ("The kitchens have no more portions that day.", "当天食堂的份数已经用完。"),
    "fresh": ("It would be on the way too long to stay fresh.", "路上时间太长，饭菜会不新鲜。"),
    "consent": ("A guardian has to agree first.", "需要监护人先同意。"),
    "step_free": ("No room without steps is there.", "没有不用上台阶的场地。"),
    "walk_limit": ("All rooms are further away than you can walk.", "场地都太远，走不到。"),
    "free": ("It takes place when you are not free.", "开课的时间您没有空。"),
    "venue_use": ("The room may not be used for it.", "场地不能用来做这件事。"),
    "venue_open": ("The room is closed at that time.", "那个时间场地不开门。"),
    "venue_seats": ("The room is too small.", "场地太小。"),
    "venue_free": ("The room is taken at that time.", "那个时间场地有别的活动。"),
    "staff": ("Nobody can lead it at that time.", "那个时间没有人能带领。"),
    "min_seats": ("It opens when more people sign up.", "再有一些人报名就能开。"),
}
"""Hard rules that leave nobody."""

HELPS: Texts = {
    "later": ("It would work if the visit may begin {n} minutes later.", "如果可以晚{n}分钟开始，就能安排。"),
    "earlier": (
        "It would work if the visit may begin {n} minutes earlier.",
        "如果可以早{n}分钟开始，就能安排。",
    ),
    "slot": ("It would work on {when}.", "如果{when}可以，就能安排。"),
    "day": ("It would work on another day: {when}.", "换一天可以：{when}。"),
    "kind": ("It would work if others may come too: {kinds}.", "如果也可以由{kinds}来做，就能安排。"),
    "gender": ("It would work if both men and women may come.", "如果来的人男女都可以，就能安排。"),
    "language": ("It would work if another language is fine for you.", "如果说别的话也可以，就能安排。"),
    "shorter": ("It would work if the visit is {n} minutes shorter.", "如果服务缩短{n}分钟，就能安排。"),
    "session": ("There is a free seat in a group on {when}.", "{when}有一个集体活动还有空位。"),
    "pick_up": ("You could come yourself: there is room on {when}.", "您可以自己来，{when}有位置。"),
    "radius": (
        "Somebody would have to come {metres} metres further than agreed. The office can ask.",
        "有人愿意多走{metres}米就能来，社区可以去问。",
    ),
}

KINDS: Texts = {
    "red_partner": ("partner shops of the community", "红色合伙人"),
    "in_service_member": ("party members who help where they live", "在职党员"),
    "volunteer_team": ("volunteer teams", "志愿服务队"),
    "social_organisation": ("social work organisations", "社会组织"),
    "self_organisation": ("groups of neighbours", "自组织"),
    "linked_unit": ("offices and firms that have joined in", "共建单位"),
    "property_firm": ("the property firm", "物业公司"),
}
"""Kinds of providers; a problem may have others."""
