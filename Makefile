# Two commands do everything on a fresh machine with Python 3.11+ and make:
# `make build` and `make test`.

PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/installed
# pip would look for a newer pip on every call
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.PHONY: build report test dbt-test lint demo-data integration clean help

help:
	@echo "make build        environment, then dbt build (demo data, or your vars)"
	@echo "make report       one page for people: published/segmentation_report.html"
	@echo "make test         pytest and the project that installs this one"
	@echo "make lint         sqlfluff, dbt-bouncer, yamllint, ruff"
	@echo "make demo-data    write the demo seeds again (they are committed)"
	@echo "make clean        remove what the commands above have made"

$(STAMP): pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 14))' \
		|| { echo "Python 3.11, 3.12 or 3.13 is needed; $(PYTHON) is" \
		"$$($(PYTHON) --version 2>&1). Say another: make PYTHON=python3.12"; exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet -c constraints.txt -e '.[dev]'
	@touch $@

build: $(STAMP)
	$(BIN)/dbt build $(DBT_ARGS)

# What a build published is what the page shows; the first time there is none.
report: $(STAMP)
	@test -e "$${PUBLISH_TO:-published}/customer_segmentation.duckdb" \
		|| $(MAKE) --no-print-directory build
	$(BIN)/segmentation-report $(REPORT_ARGS)

test: $(STAMP)
	$(MAKE) --no-print-directory -j2 dbt-test integration
	$(BIN)/python -m pytest $(PYTEST_ARGS)

# dbt's unit tests stay out of a plain build (selectors.yml); they need the tables
# of a build for their columns.
dbt-test: $(STAMP)
	DUCKDB_PATH=target/tests.duckdb PUBLISH_TO=target/published \
		$(BIN)/dbt build --select "*" --quiet

# Its warehouse is made again each time, so that nothing is left over from before.
integration: $(STAMP)
	rm -f integration_tests/integration_tests.duckdb
	cd integration_tests && ../$(BIN)/dbt deps && \
		DUCKDB_PATH=integration_tests.duckdb ../$(BIN)/dbt build

lint: $(STAMP)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/yamllint --strict .
	$(BIN)/dbt parse --quiet \
		--warn-error-options '{"error": ["InvalidMacroAnnotation"]}'
	$(BIN)/dbt-bouncer
	$(BIN)/sqlfluff lint models tests analyses

demo-data: $(STAMP)
	$(BIN)/python seeds/make_demo_data.py

clean:
	rm -rf $(VENV) target logs published integration_tests/target integration_tests/logs \
		integration_tests/dbt_packages integration_tests/published \
		*.duckdb integration_tests/*.duckdb
