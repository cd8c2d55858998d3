import { defineConfig } from 'eslint/config';
import svelte from 'eslint-plugin-svelte';
import tseslint from 'typescript-eslint';

const nodeGlobals = { process: 'readonly', console: 'readonly', URL: 'readonly' };
const timers = { setTimeout: 'readonly', setInterval: 'readonly', clearInterval: 'readonly' };

const everywhere = {
  'array-callback-return': 'error',
  eqeqeq: ['error', 'always', { null: 'ignore' }],
  'no-async-promise-executor': 'error',
  'no-constant-binary-expression': 'error',
  'no-control-regex': 'error',
  'no-debugger': 'error',
  'no-dupe-else-if': 'error',
  'no-empty-character-class': 'error',
  'no-fallthrough': 'error',
  'no-irregular-whitespace': 'error',
  'no-misleading-character-class': 'error',
  'no-self-compare': 'error',
  'no-sparse-arrays': 'error',
  'no-template-curly-in-string': 'error',
  'no-unmodified-loop-condition': 'error',
  'no-unreachable-loop': 'error',
  'no-unsafe-finally': 'error',
  'no-useless-catch': 'error',
  'no-useless-escape': 'error',
  'no-var': 'error',
  'prefer-const': 'error',
  // `const { secret: _secret, ...rest }` is how a member is left out.
  '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
};

const typed = {
  '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'separate-type-imports' }],
  '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
  '@typescript-eslint/no-unnecessary-condition': [
    'error',
    { allowConstantLoopConditions: 'only-allowed-literals' },
  ],
  '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
  // A number in a template is what it looks like; an object or undefined is not.
  '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
  '@typescript-eslint/restrict-plus-operands': ['error', { allowNumberAndString: true }],
  // Spreading a string is how code points are counted and cut here.
  '@typescript-eslint/no-misused-spread': ['error', { allow: [{ from: 'lib', name: 'string' }, 'string'] }],
  // An async function that awaits nothing turns a throw into a rejection, which callers rely on.
  '@typescript-eslint/require-await': 'off',
};

// A response body is whatever the assertion says it is: typing it first would say it twice.
const inTests = {
  '@typescript-eslint/no-unsafe-argument': 'off',
  '@typescript-eslint/no-unsafe-assignment': 'off',
  '@typescript-eslint/no-unsafe-call': 'off',
  '@typescript-eslint/no-unsafe-member-access': 'off',
  '@typescript-eslint/no-unsafe-return': 'off',
  '@typescript-eslint/no-non-null-assertion': 'off',
  '@typescript-eslint/unbound-method': 'off',
};

const inWebApp = {
  // Links and addresses are those of the app's own small router.
  'svelte/no-navigation-without-resolve': 'off',
  // Values made anew on each change, never changed in place.
  'svelte/prefer-svelte-reactivity': 'off',
  // $props gives constants and bindable values in one declaration.
  'prefer-const': 'off',
};

export default defineConfig(
  { ignores: ['node_modules/', 'dist/', 'data/', 'web/types/'] },
  { linterOptions: { reportUnusedDisableDirectives: 'error' } },
  {
    files: ['**/*.ts'],
    ignores: ['web/**'],
    extends: [tseslint.configs.strictTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: { ...everywhere, ...typed },
  },
  { files: ['test/**/*.ts'], rules: inTests },
  // The web app's types are checked by svelte-check, which knows its components; here without them.
  {
    files: ['web/**/*.ts', 'web/**/*.svelte'],
    extends: [tseslint.configs.strict, svelte.configs.recommended],
    languageOptions: { parserOptions: { parser: tseslint.parser } },
    rules: { ...everywhere, ...inWebApp },
  },
  {
    files: ['**/*.js'],
    extends: [tseslint.configs.recommended],
    languageOptions: { globals: { ...nodeGlobals, ...timers } },
    rules: { ...everywhere, 'no-undef': 'error' },
  },
);
