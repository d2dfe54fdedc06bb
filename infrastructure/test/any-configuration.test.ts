import { describeAnyConfiguration } from "@selfhosted/common/testing/any-configuration";
import { anyInfrastructure } from "./any-configuration";

describe("The infrastructure layer:", () => describeAnyConfiguration(anyInfrastructure));
