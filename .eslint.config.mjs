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
    },
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
