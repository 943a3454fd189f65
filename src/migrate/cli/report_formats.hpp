#pragma once
#include <span>
#include <string>

#include "migrate/cli/run_report.hpp"

/// The documents of --output: plain functions over what a run did and found. Paths stand in them as they are given.
namespace migrate::cli {

/// JUnit XML: a suite for the run, a case for each step and for each finding that belongs to no step.
std::string junit(const RunReport& report);

/// SARIF 2.1.0. A finding without a file is told at the configuration file, since readers want a place.
std::string sarif(const RunReport& report);

/// GitLab's code quality report. Severities: error is major, warning minor, note info.
std::string code_quality(const RunReport& report);

/// GitHub's workflow commands, one a line: "::error file=…,line=…::message". Empty without findings.
std::string workflow_commands(std::span<const command::Finding> findings);

/// The same for the same finding in another run, also when its line moved: SHA-256 of rule, file and what it is about.
/// `nth`: how many like it were met before.
std::string fingerprint(const command::Finding& finding, std::size_t nth);

/// Fingerprints of findings in their order, all different.
std::vector<std::string> fingerprints(std::span<const command::Finding> findings);

/// Message and hint, as one text.
std::string whole_message(const command::Finding& finding);

}  // namespace migrate::cli
