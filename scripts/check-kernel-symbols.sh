#!/usr/bin/env bash
# Fails if a kernel object exports anything but its table, defines a weak symbol or has a static
# constructor. A weak definition (nm: W, V, u) compiled for AVX-512 may be the copy that the linker
# keeps for the whole addon: SIGILL on an older machine. Usage: check-kernel-symbols.sh BUILD_DIR
set -euo pipefail
dir=${1:?build directory}
status=0
found=0
shopt -s globstar nullglob
for object in "$dir"/**/kernels_{sse2,avx2,avx512}*/**/*.o; do
  symbols=$(nm -C --defined-only "$object")
  if bad=$(grep -E ' [WVuwvi] ' <<<"$symbols"); then
    printf 'weak symbol in %s:\n%s\n' "$object" "$bad" >&2
    status=1
  fi
  if bad=$(nm -C --defined-only --extern-only "$object" |
    grep -vE ' bot4::(sse2|avx2|avx512)::k[A-Za-z]*Table$'); then
    printf 'unexpected external symbol in %s:\n%s\n' "$object" "$bad" >&2
    status=1
  fi
  if objdump -h "$object" | grep -q '\.init_array'; then
    printf 'static constructor in %s\n' "$object" >&2
    status=1
  fi
  found=$((found + 1))
done
if [ "$found" -lt 3 ]; then
  echo "expected kernel objects of three targets under $dir, found $found" >&2
  exit 2
fi
echo "$found kernel objects: one table each, no weak symbols, no static constructors"
exit $status
