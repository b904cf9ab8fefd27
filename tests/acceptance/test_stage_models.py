"""Scenarios about stages, which belong to a zone's model: edges, overlaps, synonyms."""

DAY = "2023-06-30"
STAGED = """
use changsha
policy of_seed "种子企业": 成长阶段 为 种子期
policy of_sapling "苗木企业": 成长阶段 为 苗木期
policy of_growth "成长企业": 成长阶段 为 成长期
policy of_strong "壮大企业": 成长阶段 为 壮大期
policy of_mature "成熟企业": 成长阶段 为 成熟期
"""
# 青岛: bounds above are inclusive, by sales.
QINGDAO = """
指标 revenue “营业收入”：金额
分类 stage “成长阶段”
  seed “种子期” 当 营业收入≤2000万
  growth “成长期” 当 2000万＜营业收入≤5000万
  strong “壮大期” 当 5000万＜营业收入≤1亿
  mature “成熟期” 当 营业收入＞1亿
政策 of_seed “种子企业”：成长阶段为种子期
政策 of_growth “成长企业”：成长阶段为成长期
"""
EDGES = (("49.99万", "seed"), ("50万", "sapling"), ("500万", "growth"), ("1999.99万", "growth"), ("2000万", "strong"),
         ("20000万", "mature"))  # fmt: skip


def test_01_stage_edges(desk) -> None:
    table = desk.enterprises("id,营业收入\n" + "\n".join(f"r{i},{r}" for i, (r, _) in enumerate(EDGES)))
    answers = desk.answers(desk.pack(STAGED), table, DAY)
    stages = ("seed", "sapling", "growth", "strong", "mature")
    for i, (_, stage) in enumerate(EDGES):
        assert [s for s in stages if answers[f"r{i}", f"of_{s}"] == "match"] == [stage]
    table = desk.enterprises("id,营业收入\na,2000万\nb,2000.01万", "qingdao.csv")
    answers = desk.answers(desk.pack(QINGDAO, "qingdao"), table, DAY)
    assert [answers["a", "of_seed"], answers["b", "of_seed"], answers["b", "of_growth"]] == [
        "match",
        "no_match",
        "match",
    ]


def test_02_an_overlap_is_refused(desk) -> None:
    rows = "  seed “种子期” 当 营业收入≤500万\n  growth “成长期” 当 营业收入≥500万\n"
    pack = desk.pack(f"指标 revenue “营业收入”：金额\n分类 stage “成长阶段”\n{rows}政策 p：成长阶段为种子期\n")
    told = desk.say("check", pack, code=1)
    assert "E402" in told
    assert "500万" in told and "`seed`" in told and "`growth`" in told
    table = desk.enterprises("id,营业收入\na,500万")
    desk.say("match", pack, table, "--as-of", DAY, "--out", desk.folder / "o.csv", code=1)
    assert not (desk.folder / "o.csv").exists()


def test_21_a_synonym_binds_within_its_zone(desk) -> None:
    """成熟期 is 稳定期 in 石家庄, with a notice; in 长沙 it is a stage of its own."""
    text = "use {zone}\npolicy late “后期企业”: 成长阶段 为 成熟期\n"
    told = desk.say("check", "-v", desk.pack(text.format(zone="shijiazhuang")))
    assert "成熟期 即 稳定期（stable）" in told
    table = desk.enterprises("id,成立日期\nold,2004-05-01\nyoung,2020-05-01")
    answers = desk.answers(desk.folder / "own", table, DAY)
    assert (answers["old", "late"], answers["young", "late"]) == ("match", "no_match")
    value = desk.explain(desk.folder / "own", table, "old", DAY)["late"]["reasons"][0]["value"]
    assert value == "成长阶段 稳定期"
    pack = desk.pack(text.format(zone="changsha"), "changsha_own")
    assert "即" not in desk.say("check", "-v", pack)
    table = desk.enterprises("id,营业收入\nlarge,2亿\nsmall,1.9亿", "changsha.csv")
    answers = desk.answers(pack, table, DAY)
    assert (answers["large", "late"], answers["small", "late"]) == ("match", "no_match")
