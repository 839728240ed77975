# Two commands do everything on a fresh machine with Python 3.11+ and make:
# `make build` and `make test`.

PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/installed
ENGINES := $(VENV)/engines_installed
# pip would look for a newer pip on every call
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.PHONY: build report test test-thorough dbt-test adapters test-engines spark-demo \
	lint demo-data integration clean help

help:
	@echo "make build        environment, then dbt build (demo data, or your vars)"
	@echo "make report       one page for people: published/segmentation_report.html"
	@echo "make test         pytest and the project that installs this one"
	@echo "make test-thorough the longer tests, beside those"
	@echo "make test-engines the same numbers on DuckDB, PostgreSQL and Spark"
	@echo "make spark-demo   fit on DuckDB from a sample of Spark, score on Spark"
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
	@test -e "$$($(BIN)/segmentation-report --where $(REPORT_ARGS))" \
		|| $(MAKE) --no-print-directory build
	$(BIN)/segmentation-report $(REPORT_ARGS)

test: $(STAMP)
	$(MAKE) --no-print-directory -j2 dbt-test integration
	$(BIN)/python -m pytest $(PYTEST_ARGS)

# What takes longer, beside what shorter tests look at.
test-thorough: $(STAMP)
	$(BIN)/python -m pytest -m "thorough and not engines" $(PYTEST_ARGS)

# dbt's unit tests stay out of a plain build (selectors.yml), in which the data tests
# are; they need the tables of a build for their columns.
dbt-test: $(STAMP)
	DUCKDB_PATH=target/tests.duckdb PUBLISH_TO=target/published \
		$(BIN)/dbt build --select "*" --exclude-resource-type test --quiet

# The adapters of the other engines, which nobody else needs.
$(ENGINES): $(STAMP)
	$(BIN)/python -m pip install --quiet -c constraints.txt -e '.[postgres,spark]'
	@touch $@

adapters: $(ENGINES)

# PostgreSQL's server and Java have to be installed (Debian: postgresql and
# default-jre-headless).
test-engines: $(ENGINES)
	$(BIN)/python -m pytest -m engines $(PYTEST_ARGS)

# Fit here, score there, in a copy of the project, because approving writes into it.
# The folder is named from here, because the whole path may hold blanks.
DEMO := target/spark_demo
DEMO_DBT := root="$$PWD/$(DEMO)" && PATH="$$PWD/$(BIN):$(BIN):$$PATH" && \
	cd "$$root/project" && DUCKDB_PATH="$$root/fit.duckdb" \
	PUBLISH_TO="$$root/published" SPARK_WAREHOUSE="$$root/warehouse" dbt --quiet
SAMPLE := --vars '{inputs: {feature_sample: {file: ../feature_sample/*.parquet}}}'
SEGMENTATIONS := purchase_behaviour service_value demographics survey_priorities
spark-demo: $(ENGINES)
	rm -rf $(DEMO)
	mkdir -p $(DEMO)/project
	cp -R dbt_project.yml profiles.yml selectors.yml macros models seeds snapshots \
		tests analyses $(DEMO)/project
	@echo "1. Spark: features, and a sample of them as Parquet"
	$(DEMO_DBT) build --target spark --selector feature_sample \
		--vars "{sample_to: \"$$root\"}"
	@echo "2. DuckDB: fit from the sample, approve"
	$(DEMO_DBT) build $(SAMPLE)
	for name in $(SEGMENTATIONS); do \
		($(DEMO_DBT) run-operation approve_rules --args "{segmentation: $$name}" \
		$(SAMPLE)) || exit 1; done
	$(DEMO_DBT) run-operation approve_formulas --args '{prediction: propensity}' $(SAMPLE)
	@echo "3. Spark: score everything"
	$(DEMO_DBT) build --target spark
	$(BIN)/python -c "import duckdb; duckdb.read_parquet( \
		'$(DEMO)/warehouse/main.db/segments/*.parquet').order('segmentation, \
		segment_id').select('segmentation, segment_id, segment_name, entity_count, \
		sales_share').show()"

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
