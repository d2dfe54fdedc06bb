import { describeAnyConfiguration } from "@selfhosted/common/testing/any-configuration";
import { anyApplication } from "./any-configuration";

describe("The application layer:", () => describeAnyConfiguration(anyApplication));
