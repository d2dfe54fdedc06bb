import { mistakes } from "./mistakes";

mistakes("settings without effect", [
  [
    "a profile of AWS",
    "infrastructure",
    { "aws:profile": "payments" },
    "aws:profile",
    /has no effect.*AWS_PROFILE/,
    { fix: /config rm aws:profile/ },
  ],
  ["a role of AWS", "dns", { "aws:assumeRoles": ["x"] }, "aws:assumeRoles", /has no effect/],
  [
    "a key of another project",
    "dns",
    { "selfhosted-application:domain": "example.com" },
    "selfhosted-application:domain",
    /setting of the project selfhosted-application/,
  ],
  [
    "settings of a provider that no layer has",
    "dns",
    { "kubernetes:kubeconfig": "x" },
    "kubernetes:kubeconfig",
    /no layer uses settings of kubernetes/,
    { warns: true, fix: /ESC environment/ },
  ],
  [
    "another region in a layer below",
    "application",
    { "aws:region": "eu-west-1" },
    "aws:region",
    /eu-west-1, but the installation is in eu-central-1/,
  ],
  [
    "options of a feature that is off",
    "infrastructure",
    { searchInstanceCount: 3 },
    "searchInstanceCount",
    /no effect without searchEnabled/,
  ],
  [
    "the opposite of what another setting says",
    "infrastructure",
    { databaseServerless: true, databaseInstanceClass: "db.r6g.large" },
    "databaseInstanceClass",
    /no effect with databaseServerless/,
  ],
]);

mistakes("rules see what is in force", [
  [
    "a least capacity above the size's greatest",
    "infrastructure",
    { databaseServerless: true, databaseMinCapacity: 32 },
    "databaseMinCapacity",
    /at most databaseMaxCapacity of size small, 16/,
  ],
  [
    "search nodes that don't spread over the zones",
    "infrastructure",
    { searchEnabled: true, searchInstanceCount: 2 },
    "searchInstanceCount",
    /multiple of .*3/,
  ],
  [
    "memory that no task with the size's CPU has",
    "application",
    { apiMemory: 512 },
    "apiCpu",
    /apiCpu 1024 with apiMemory 512/,
  ],
  [
    "fewest tasks above the most",
    "application",
    { apiMinTasks: 4, apiMaxTasks: 2 },
    "apiMaxTasks",
    /apiMinTasks or more, which is 4/,
  ],
]);
