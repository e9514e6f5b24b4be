#!/usr/bin/env bash
# Fails if a kernel object exports anything but its table, defines a weak symbol or has a static
# constructor. A weak definition (nm: W, V, u) compiled for AVX-512 may be the copy that the linker
# keeps for the whole addon: SIGILL on an older machine. Usage: check-kernel-symbols.sh BUILD_DIR,
# the directory of CMake or, for the objects that ship, build/Release/obj.target of node-gyp.
set -euo pipefail
dir=${1:?build directory}
status=0
found=0
shopt -s globstar nullglob
for target in sse2 avx2 avx512; do
  objects=("$dir"/**/kernels_"$target"*/**/*.o)
  if [ ${#objects[@]} -eq 0 ]; then
    echo "no kernel objects of $target under $dir" >&2
    exit 2
  fi
  for object in "${objects[@]}"; do
    symbols=$(nm -C --defined-only "$object")
    if bad=$(grep -E ' [WVuwvi] ' <<<"$symbols"); then
      printf 'weak symbol in %s:\n%s\n' "$object" "$bad" >&2
      status=1
    fi
    if bad=$(nm -C --defined-only --extern-only "$object" |
      grep -vE " bot4::${target}::k[A-Za-z]*Table\$"); then
      printf 'unexpected external symbol in %s:\n%s\n' "$object" "$bad" >&2
      status=1
    fi
    if objdump -h "$object" | grep -q '\.init_array'; then
      printf 'static constructor in %s\n' "$object" >&2
      status=1
    fi
    found=$((found + 1))
  done
done
[ "$status" -eq 0 ] &&
  echo "$found kernel objects: one table each, no weak symbols, no static constructors"
exit $status
