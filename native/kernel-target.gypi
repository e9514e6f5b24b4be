# Shared by the three kernel targets; a target adds only its name and its -march.
{
  'type': 'static_library',
  'standalone_static_library': 1,
  'sources': ['<!@(node scripts/list-kernels.mjs kernels)'],
  'include_dirs': ['.'],  # Relative to this file: gyp rebases plain paths, not <!@(...) results.
  'cflags_cc!': ['-std=gnu++17'],
  'cflags_cc': [
    '-std=c++20', '-fPIC', '-fvisibility=hidden', '-fvisibility-inlines-hidden',
    '-fno-exceptions', '-fno-rtti',
    '-ffp-contract=off', '-fno-math-errno', '-fno-trapping-math',
    '-Wall', '-Wextra', '-Wpedantic', '-Wshadow',
  ],
}
