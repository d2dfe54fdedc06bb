import pulumi from "@pulumi/eslint-plugin";
import tseslint from "typescript-eslint";

const layers = ["infrastructure", "application", "dns"];

export default tseslint.config(
  { ignores: ["**/node_modules/", ".local/"] },
  {
    files: ["**/*.ts"],
    extends: [tseslint.configs.recommendedTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    plugins: { "@pulumi": pulumi },
    rules: {
      "@pulumi/no-output-in-template-literal": "error",
      "@pulumi/no-output-instance-in-template-literal": "error",
      // An interface asks for a promise; that an implementation has nothing to wait for is no mistake.
      "@typescript-eslint/require-await": "off",
      "@typescript-eslint/no-unused-vars": ["error", { argsIgnorePattern: "^_", varsIgnorePattern: "^_" }],
    },
  },
  {
    // The stand-in loads a command's code with the command: it starts in half the time.
    files: ["scripts/sandbox/engine/cli.ts", "scripts/sandbox/engine/root-commands.ts"],
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
);
