"""Comparison of texts and rendering of policy text."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from yunhe.channel.policies.compute import DiffLine, compare_texts
from yunhe.channel.policies.templatetags.policy_text import render_text

# a busy machine is not a fault of the law
PATIENT = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])


def test_lines_are_kept_removed_and_added():
    assert compare_texts("一\n二\n三", "一\n2\n三\n四") == [
        DiffLine("same", "一"),
        DiffLine("removed", "二"),
        DiffLine("added", "2"),
        DiffLine("same", "三"),
        DiffLine("added", "四"),
    ]


texts = st.lists(st.sampled_from(["a", "b", "甲", "- x"]), max_size=8).map("\n".join)


@PATIENT
@given(texts, texts)
def test_both_texts_can_be_rebuilt(old, new):
    lines = compare_texts(old, new)
    assert [line.text for line in lines if line.kind != "added"] == old.splitlines()
    assert [line.text for line in lines if line.kind != "removed"] == new.splitlines()


@pytest.mark.parametrize(
    ("source", "html"),
    [
        ("# 返利\n\n**满额** 返 3%", "<h1>返利</h1>\n<p><strong>满额</strong> 返 3%</p>\n"),
        ("<script>alert(1)</script>", "<p>&lt;script&gt;alert(1)&lt;/script&gt;</p>\n"),
        ("[x](javascript:alert(1))", "<p>[x](javascript:alert(1))</p>\n"),
        ('<img src=x onerror="a">', "<p>&lt;img src=x onerror=&quot;a&quot;&gt;</p>\n"),
        ("![x](http://a/b.png)", '<p>!<a href="http://a/b.png">x</a></p>\n'),
    ],
)
def test_text_is_safe_html(source, html):
    assert render_text(source) == html
