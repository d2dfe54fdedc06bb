import { mistakes } from "./mistakes";

mistakes("networks and names as AWS keeps them", [
  [
    "clients' network with host bits",
    "application",
    { allowedCidrBlocks: "203.0.113.77/24" },
    "allowedCidrBlocks",
    /203\.0\.113\.0\/24/,
    { fix: /allowedCidrBlocks 203\.0\.113\.0\/24$/ },
  ],
  [
    "a network of IPv6 in capitals",
    "application",
    { dualStack: true, allowedCidrBlocks: "2001:DB8:0:0::1/48" },
    "allowedCidrBlocks",
    /2001:db8::\/48/,
  ],
  [
    "tasks' network with host bits",
    "application",
    { egressCidrBlocks: "10.1.2.3/8" },
    "egressCidrBlocks",
    /10\.0\.0\.0\/8/,
  ],
  [
    "a tag of ours but for its case",
    "infrastructure",
    { tags: { Project: "payments" } },
    "tags",
    /Project.*without case/,
  ],
  ["two tags that are one to AWS", "infrastructure", { tags: { Team: "a", team: "b" } }, "tags", /team/i],
  [
    "a domain in capitals",
    "application",
    { domain: "Pulumi.Example.COM" },
    "domain",
    /lower case/,
    { fix: /pulumi\.example\.com/ },
  ],
]);

mistakes("suggestions are what was meant", [
  [
    "yes for true",
    "infrastructure",
    { searchEnabled: "yes" },
    "searchEnabled",
    /true or false/,
    { fix: /searchEnabled true$/ },
  ],
  [
    "no for false",
    "application",
    { loadBalancerLogs: "no" },
    "loadBalancerLogs",
    /true or false/,
    { fix: /loadBalancerLogs false$/ },
  ],
  ["2GB for 2048", "application", { apiMemory: "2GB" }, "apiMemory", /whole number/, { fix: /apiMemory 2048$/ }],
  ["a size in capitals", "infrastructure", { size: "Medium" }, "size", /small, medium, large/, { fix: /size medium$/ }],
  ["an unknown setting", "dns", { zoneNam: "example.com" }, "zoneNam", /did you mean zoneName\?/],
]);
