harness nightly "${suites[@]}" --env "$HARNESS_ENV" "${options[@]}" --store "$HARNESS_STORE" --init --quiet |
  tee "$said" || code=$?
