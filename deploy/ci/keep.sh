for attempt in 1 2 3 4 5; do
  # Only the index is used: files of the store are never checked out beside the code.
  if git fetch --quiet --depth 1 origin "refs/heads/$HARNESS_BRANCH"; then
    parent=(-p FETCH_HEAD)
    git read-tree FETCH_HEAD
  else
    parent=()
    git read-tree --empty
  fi
  before="$(git write-tree)"
  git --work-tree="$new" add --force --ignore-removal .
  if [[ -n "$(git diff-index --cached --name-only --diff-filter=a "$before")" ]]; then
    echo "The night would change what the store has already. Nothing was kept." >&2
    exit 2
  fi
  commit="$(git commit-tree "$(git write-tree)" "${parent[@]}" -m "Night of $(date -u +%F) [skip ci]")"
  if git push --quiet origin "$commit:refs/heads/$HARNESS_BRANCH"; then
    exit 0
  fi
  sleep "$((attempt * 5))" # somebody else was faster: on top of theirs, then
done
echo "The store's branch $HARNESS_BRANCH could not be pushed." >&2
exit 2
