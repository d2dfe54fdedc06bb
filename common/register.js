"use strict";
// Has Node load TypeScript, for the layers (`nodeargs` of their Pulumi.yaml), the commands and the tests, without a build. Types are
// checked by `make lint`.
const { createHash } = require("node:crypto");
const { mkdirSync, readFileSync, renameSync, writeFileSync } = require("node:fs");
const Module = require("node:module");
const { dirname, join } = require("node:path");
const { version } = require("sucrase/package.json");

const options = {
  transforms: ["typescript", "imports"],
  // Node has these itself. Lines stay where they were, so stack traces need no source maps.
  disableESTransforms: true,
  preserveDynamicImport: false,
};

// Node 22 and newer keep compiled code by its content.
Module.enableCompileCache?.();

require.extensions[".ts"] = (module, filename) => {
  module._compile(javascript(readFileSync(filename, "utf8"), filename), filename);
};

/** The file in JavaScript: kept under a name made of all that it is made from, so that none is ever stale. To make it takes 3 ms. */
function javascript(source, filePath) {
  const parts = JSON.stringify([version, options, source]);
  const name = `${createHash("sha256").update(parts).digest("hex")}.js`;
  const kept = join(__dirname, "..", "node_modules", ".cache", "selfhosted", name);
  try {
    return readFileSync(kept, "utf8");
  } catch {
    const { code } = require("sucrase").transform(source, { ...options, filePath });
    keep(kept, code);
    return code;
  }
}

/** Writes aside, to the disk, and renames: what others find there is complete, also after a power cut. */
function keep(file, text) {
  const draft = `${file}.${process.pid}`;
  try {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(draft, text, { flush: true });
    renameSync(draft, file);
  } catch {
    // In a folder that can't be written to, each program makes it anew.
  }
}

// `@pulumi/pulumi` loads the first three in every program, 0.6 s, and needs them only to make text of functions and for the Automation
// API. A command that only looks needs no classes of resources.
const sdk = Module.createRequire(require.resolve("@pulumi/pulumi"));
for (const name of ["typescript", "@npmcli/arborist", "@pulumi/pulumi/automation", "@pulumi/aws"]) {
  let filename;
  try {
    filename = sdk.resolve(name);
  } catch (error) {
    // Newer ones have left some of these out.
    if (!["MODULE_NOT_FOUND", "ERR_PACKAGE_PATH_NOT_EXPORTED"].includes(error.code)) {
      throw error;
    }
    continue;
  }
  loadLate(filename);
}

/** Loads a module when something of it is first used. */
function loadLate(filename) {
  const late = new Module(filename);
  let loaded;
  late.loaded = true;
  late.exports = new Proxy(
    {},
    {
      get(_, key) {
        // What TypeScript asks of each module that it imports.
        if (key === "__esModule") {
          return true;
        }
        if (require.cache[filename] === late) {
          delete require.cache[filename];
        }
        return (loaded ??= sdk(filename))[key];
      },
    },
  );
  require.cache[filename] = late;
}
