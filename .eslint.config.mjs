import pulumi from "@pulumi/eslint-plugin";
import importSort from "eslint-plugin-simple-import-sort";
import tseslint from "typescript-eslint";

const layers = ["infrastructure", "application", "dns"];

export default tseslint.config(
  { ignores: ["**/node_modules/", ".local/"] },
  {
    files: ["**/*.ts"],
    extends: [tseslint.configs.recommendedTypeChecked],
    languageOptions: { parserOptions: { project: ".tsconfig.json", tsconfigRootDir: import.meta.dirname } },
    plugins: { "@pulumi": pulumi, "simple-import-sort": importSort },
    rules: {
      "@pulumi/no-output-in-template-literal": "error",
      "@pulumi/no-output-instance-in-template-literal": "error",
      // One block: packages, then the repository's files, the farthest first.
      "simple-import-sort/imports": ["error", { groups: [["^node:", "^@?\\w", "^\\.\\.", "^\\."]] }],
      "@typescript-eslint/consistent-type-imports": [
        "error",
        { fixStyle: "inline-type-imports", disallowTypeAnnotations: false },
      ],
      // An interface asks for a promise; that an implementation has nothing to wait for is no mistake.
      "@typescript-eslint/require-await": "off",
      "@typescript-eslint/no-unused-vars": ["error", { argsIgnorePattern: "^_", varsIgnorePattern: "^_" }],
    },
  },
  {
    // The stand-in loads a command's code with the command: it starts in half the time.
    files: ["scripts/sandbox/engine/cli.ts", "scripts/sandbox/engine/commands/operations.ts"],
    rules: { "@typescript-eslint/no-require-imports": "off" },
  },
  {
    // Property values are JSON of any shape until something reads them as text.
    files: ["scripts/sandbox/**/*.ts"],
    rules: { "@typescript-eslint/no-base-to-string": "off" },
  },
  // A layer knows the others by their outputs only.
  ...layers.map((layer) => ({
    files: [`${layer}/**/*.ts`],
    rules: {
      "no-restricted-imports": [
        "error",
        {
          patterns: layers
            .filter((other) => other !== layer)
            .flatMap((other) => [`@selfhosted/${other}*`, `**/../${other}/*`]),
        },
      ],
    },
  })),
  // The scripts know a layer by what it exports for them, the tests also by the layer's tests.
  ...[
    { files: ["scripts/**/*.ts"], ignores: ["scripts/test/**"], allowed: "(exports|operations)$" },
    { files: ["scripts/test/**/*.ts"], ignores: [], allowed: "((exports|operations)$|test/)" },
  ].map(({ files, ignores, allowed }) => ({
    files,
    ignores,
    rules: {
      "no-restricted-imports": [
        "error",
        {
          patterns: [
            {
              regex: `^(\\.\\./)+(${layers.join("|")})/(?!${allowed})`,
              message:
                "Import it from the layer's exports.ts, or from operations.ts if commands for a deployed installation need it; export it there.",
            },
          ],
        },
      ],
    },
  })),
);
