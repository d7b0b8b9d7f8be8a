"""A tiny district: one 街道, one department, and the awkward cases of real life."""

from __future__ import annotations

from pathlib import Path

import pytest

from jiecheng.directory import Index, index, parse_csv, read_tables
from jiecheng.model.directory import Directory

TABLES = {
    "organs.csv": """id,name,kind,level,parent,street
gov,云川区人民政府,区政府,区级,,
justice,区司法局,政府部门,区级,gov,
justice-hr,人事科,内设机构,区级,justice,
px-party,彭溪街道党工委,街道党工委,街镇级,,pengxi
px-office,彭溪街道办事处,街道办事处,街镇级,gov,pengxi
px-general,党政办公室,内设机构,街镇级,px-office,pengxi
px-justice,彭溪街道司法所,派驻机构,街镇级,justice,pengxi
""",
    "posts.csv": """id,organ,name,rank
mayor,gov,区长,1
j-head,justice,局长,1
j-hr,justice-hr,人事科长,1
j-clerk,justice-hr,科员,9
s1,px-party,书记,1
s2,px-party,副书记,2
s3,px-party,组织委员,3
o1,px-office,主任,1
g1,px-general,党政办公室主任,1
g9,px-general,科员,9
pj1,px-justice,所长,1
pj2,px-justice,副所长,2
""",
    "persons.csv": """id,name,account
p1,林甲,lin
p2,周乙,zhou
p3,顾丙,gu
p4,沈丁,shen
p5,何戊,he
p6,许己,xu
p7,冯庚,feng
p8,韩辛,han
""",
    "identities.csv": """id,person,post,main,acting,valid_from,valid_to
i-mayor,p1,mayor,是,,,
i-head,p2,j-head,是,,,
i-hr,p3,j-hr,是,,,
i-secretary,p4,s1,是,,,
i-director,p5,o1,是,,,
i-deputy,p5,s2,否,,,
i-general,p6,g1,是,,2026-01-01,
i-general-old,p7,g1,是,,,2025-12-31
i-clerk,p7,g9,是,,2026-01-01,
i-acting,p8,pj2,是,是,,
""",
    "bodies.csv": """id,organ,name,secretary,members
px-meeting,px-party,党工委会议,g1,s1;s2;o1;s3
""",
}


@pytest.fixture
def tables() -> dict[str, str]:
    return dict(TABLES)


@pytest.fixture
def directory() -> Directory:
    return read_tables({name: parse_csv(text.encode()) for name, text in TABLES.items()})


@pytest.fixture
def district(directory: Directory) -> Index:
    return index(directory)


@pytest.fixture(scope="session")
def demo_folder() -> Path:
    return Path(__file__).parents[3] / "infra" / "demo" / "district"
