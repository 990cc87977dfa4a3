harness nightly "${suites[@]}" --env "$HARNESS_ENV" --budget "$HARNESS_BUDGET" --store "$HARNESS_STORE"
