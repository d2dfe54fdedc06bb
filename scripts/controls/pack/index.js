// Pulumi has ts-node load policy packs, and check their types; this loads ours as it loads the layers.
require("@selfhosted/common/register");
const { PolicyPack } = require("@pulumi/policy");
const { policies } = require("./policies");

new PolicyPack("selfhosted-controls", { policies });
