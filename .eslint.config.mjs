import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import pulumi from "@pulumi/eslint-plugin";
import importSort from "eslint-plugin-simple-import-sort";
import tseslint from "typescript-eslint";

const layers = ["infrastructure", "application", "dns"];

/** The packages, and which others each may import. */
const packages = {
  common: [],
  ...Object.fromEntries(layers.map((layer) => [layer, ["common"]])),
  scripts: ["common", ...layers],
};

/**
 * What a rule finds in a file can depend on the types of all that the file imports, and `eslint --cache` looks at the file itself and
 * its configuration alone. So the configuration has a hash of all TypeScript that a package sees, and of the versions installed.
 */
function typesOf(folders) {
  const files = folders.flatMap((folder) =>
    readdirSync(join(import.meta.dirname, folder), { recursive: true })
      .filter((file) => file.endsWith(".ts") && !file.includes("node_modules"))
      .map((file) => join(folder, file)),
  );
  const hash = createHash("sha256");
  for (const file of ["package-lock.json", "tsconfig.base.json", ".tsconfig.json", ...files.sort()]) {
    hash.update(`${file}\n`).update(readFileSync(join(import.meta.dirname, file)));
  }
  return hash.digest("hex");
}

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
    // Property values are JSON of any shape until something reads them as text.
    files: ["scripts/sandbox/**/*.ts"],
    rules: { "@typescript-eslint/no-base-to-string": "off" },
  },
  ...Object.entries(packages).map(([name, others]) => ({
    files: [`${name}/**/*.ts`],
    settings: { types: typesOf([name, ...others]) },
  })),
  // A layer knows the others by their outputs only.
  ...Object.entries(packages).map(([name, others]) => ({
    files: [`${name}/**/*.ts`],
    rules: {
      "no-restricted-imports": [
        "error",
        {
          patterns: Object.keys(packages)
            .filter((other) => other !== name && !others.includes(other))
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
