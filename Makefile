# Two commands matter: `make serve` and `make test`. Nothing is needed beforehand but Python ≥ 3.11 and make.
.DEFAULT_GOAL := help
.PHONY: help venv pages serve demo test check rules conformance fuzz bench scale lock clean

# The first interpreter that is new enough, so that an old default python3 does no harm.
PYTHON ?= $(shell for python in python3 python3.13 python3.12 python3.11; do \
	"$$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo "$$python" && break; done)
BIN := .venv/bin
TESTS ?=
# One more than there are cores: tests wait for the database, for browsers, for what they have started.
WORKERS ?= $(shell $(BIN)/python -c 'import os; print(min(4, 1 + len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else 4))' 2>/dev/null || echo 3)
SUITE ?= ../shared/conformance
MINUTES ?= 10
SCENARIOS = mkdir -p build; $(BIN)/jiecheng rules build/gate.json --ask 2>/dev/null || \
	$(BIN)/pytest -n $(WORKERS) services/tests/acceptance/test_features.py --gate-report=build/gate.json

help:
	@echo '街程'
	@echo '  make serve    准备好一切并启动，打印地址和演示账号（Ctrl-C 结束）'
	@echo '  make demo     造一年约两千件的演示历史，存成快照；以后新的演示区直接取用（CASES=500 少造些）'
	@echo '  make test     全部测试；make test TESTS=services/tests/feel 只跑一部分'
	@echo '  make check    代码、类型、分层、流程文件的检查'
	@echo '  make rules    政策规则总表：规则、条款、图上元素、场景、结果；make rules FULL=1 逐条列名'
	@echo '  make conformance SUITE=目录   外部测试集，低于底线就失败'
	@echo '  make fuzz MINUTES=10          随机流程、乱改的文件、抢办；失败的留成回归文件'
	@echo '  make bench    测量；make bench ONLY=step 只测一项，SCALE=0.1 缩小规模；结果另存 build/bench.json'
	@echo '  make scale    多进程形态走 200 件借调，途中杀进程；LOANS=50 缩小规模，RUNS=10000 测调度库'
	@echo '                FORM=compose 用容器起（要有 docker）'
	@echo '  make lock     重新解析依赖，写入 requirements.lock'
	@echo '  make clean    删除构建产物（不动 data/）'

venv:
	@test -n '$(PYTHON)' || { echo '需要 Python 3.11 或更新版本：没有找到。请安装后重试，或用 make PYTHON=路径 指定。' >&2; exit 1; }
	@'$(PYTHON)' infra/build/environment.py venv

pages: venv
	@$(BIN)/python infra/build/environment.py pages

serve: pages
	@exec $(BIN)/jiecheng serve $(ARGS)

# A file stays in one process: what its tests share (a server, an installation) is made once.
# A year of some 2,000 cases, lived by the real commands; new demo districts start with it from then on.
# Stopped half way, it goes on from there the next time.
demo: pages
	@$(BIN)/jiecheng demo --cases $(or $(CASES),2000) --data build/demo-data --keep
	@rm -rf build/demo-data

test: pages
	@mkdir -p build
	@$(BIN)/pytest -n $(WORKERS) --dist=loadfile --no-loadscope-reorder --gate-report=build/gate.json $(TESTS)

check: pages
	@$(BIN)/ruff check
	@$(BIN)/ruff format --check
	@$(BIN)/mypy
	@$(BIN)/lint-imports
	@$(BIN)/jiecheng check
	@$(SCENARIOS)
	@$(BIN)/jiecheng rules build/gate.json --brief

# The scenarios run again only when a process's files changed since the last run.
rules: pages
	@$(SCENARIOS)
	@$(BIN)/jiecheng rules build/gate.json $(if $(FULL),--full)

conformance: venv
	@$(BIN)/python infra/conformance/conformance.py '$(SUITE)' $(GROUPS)

fuzz: venv
	@$(BIN)/python infra/fuzz/fuzz.py '$(MINUTES)'

# Each figure beside a bare commit on the same database in the same run.
bench: pages
	@PYTHONPATH=infra $(BIN)/python -m bench $(foreach name,$(ONLY),--only $(name)) --scale $(or $(SCALE),1)

# Two replicas, two workers, a server for the database, of plain processes or (FORM=compose) of containers; also how small
# Prefect's tables stay.
scale: pages
	@PYTHONPATH=infra $(BIN)/python -m scale --loans $(or $(LOANS),200) --form $(or $(FORM),processes) \
		--runs $(or $(RUNS),1000) --report build/scale.json

lock: venv
	@$(BIN)/uv pip compile requirements.in --override requirements.override --generate-hashes \
		--python-version 3.11 --universal --no-header --quiet -o requirements.lock

clean:
	@rm -rf .venv build dist services/jiecheng/web/static services/jiecheng/web/assets/node_modules \
		.mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
	@find services workflows features infra -name __pycache__ -type d -prune -exec rm -rf {} +
