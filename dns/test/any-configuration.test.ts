import { describeAnyConfiguration } from "@selfhosted/common/testing/any-configuration";
import { anyDns } from "./any-configuration";

describe("The dns layer:", () => describeAnyConfiguration(anyDns));
