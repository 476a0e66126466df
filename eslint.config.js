// Lint: the import table of the house (scripts/lint/rooms.mjs), no `any`, nothing unused, lines of 110. No
// rule needs types, so that it stays fast.
import vue from 'eslint-plugin-vue'
import accessibility from 'eslint-plugin-vuejs-accessibility'
import typescript from 'typescript-eslint'
import vueParser from 'vue-eslint-parser'
import { importCycles } from './scripts/lint/import-cycles.mjs'
import { roomImports } from './scripts/lint/room-imports.mjs'

const house = { rules: { 'room-imports': roomImports, 'import-cycles': importCycles } }
const LINE = [
  'error',
  {
    code: 110,
    tabWidth: 2,
    ignoreUrls: true,
    ignorePattern: '^import |sha512-',
    ignoreTemplateLiterals: false,
  },
]

export default typescript.config(
  { ignores: ['node_modules/', 'out/', 'coverage/', 'test/oracles/'] },
  {
    files: ['**/*.{js,mjs,cjs}'],
    rules: { 'no-undef': 'error', 'no-unused-vars': ['error', { argsIgnorePattern: '^_' }] },
    languageOptions: {
      globals: Object.fromEntries(
        [
          'process',
          'console',
          'fetch',
          'setTimeout',
          'clearTimeout',
          'setInterval',
          'clearInterval',
          'AbortController',
          'URL',
          'require',
          'Buffer',
          // In functions that scripts hand to a page.
          'window',
          'document',
          'location',
        ].map((name) => [name, 'readonly']),
      ),
    },
  },
  {
    files: ['**/*.{ts,vue}'],
    extends: [...typescript.configs.recommended],
    rules: {
      'no-undef': 'off',
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/consistent-type-imports': ['error', { disallowTypeAnnotations: false }],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
    },
  },
  {
    // AssemblyScript, which has decorators of functions: no TypeScript, but parsed as such.
    files: ['src/engine/backend/sparse/kernels/**/*.ts'],
    languageOptions: { parserOptions: { allowInvalidAST: true } },
  },
  {
    files: ['**/*.vue'],
    extends: [...vue.configs['flat/recommended'], ...accessibility.configs['flat/recommended']],
    languageOptions: {
      parser: vueParser,
      parserOptions: { parser: typescript.parser, sourceType: 'module' },
    },
    rules: {
      // Layout is left to the eye; these would only move line breaks.
      'vue/max-attributes-per-line': 'off',
      'vue/singleline-html-element-content-newline': 'off',
      'vue/multiline-html-element-content-newline': 'off',
      'vue/html-self-closing': 'off',
      'vue/html-closing-bracket-newline': 'off',
      'vue/html-indent': 'off',
      'vue/first-attribute-linebreak': 'off',
      'vue/attributes-order': 'off',
      'vue/no-v-html': 'error',
      'vuejs-accessibility/label-has-for': ['error', { required: { some: ['nesting', 'id'] } }],
    },
  },
  {
    plugins: { house },
    rules: {
      'max-len': LINE,
      eqeqeq: ['error', 'always'],
      'no-constant-condition': ['error', { checkLoops: false }],
      'no-dupe-keys': 'error',
      'no-duplicate-case': 'error',
      'no-fallthrough': 'error',
      'no-self-assign': 'error',
      'no-unreachable': 'error',
      'no-unsafe-finally': 'error',
      'no-unsafe-negation': 'error',
      'no-unused-private-class-members': 'error',
      'no-useless-catch': 'error',
      'no-var': 'error',
      'prefer-const': 'error',
      'use-isnan': 'error',
      'valid-typeof': 'error',
      'no-empty': ['error', { allowEmptyCatch: false }],
      'no-restricted-syntax': [
        'error',
        {
          selector: 'TSAsExpression > TSAsExpression[typeAnnotation.type="TSUnknownKeyword"]',
          message: '`as unknown as` turns the checker off; parse the value or mend its type.',
        },
        {
          selector:
            ':matches(PropertyDefinition, MethodDefinition[kind!="constructor"])[accessibility="private"]',
          message: 'Private members are written #name, which holds while the program runs, too.',
        },
      ],
    },
  },
  {
    files: ['src/**/*.{ts,vue}'],
    rules: {
      'house/room-imports': 'error',
      'house/import-cycles': 'error',
      'no-restricted-properties': [
        'error',
        {
          object: 'Math',
          property: 'random',
          message: 'Random numbers come from a seeded stream (engine/rng.ts).',
        },
      ],
    },
  },
  {
    files: ['src/{shared,engine}/**/*.ts'],
    rules: { 'no-console': 'error' },
  },
)
