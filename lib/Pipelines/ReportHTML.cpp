//===- ReportHTML.cpp ----------------------------------------------------===//
//
// Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "lowp/Pipelines/Report.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/Path.h"

#include <cmath>

using namespace llvm;

namespace lowp {

namespace {

constexpr StringLiteral kStyle = R"css(
:root { color-scheme: light dark; --fg: #1b1f24; --muted: #5c6670; --bg: #ffffff; --panel: #f4f6f8;
  --line: #d5dae0; --bar: #3b78c3; --worst: #c2571a; }
@media (prefers-color-scheme: dark) { :root { --fg: #e4e8ec; --muted: #9aa5b0; --bg: #14181c; --panel: #1e242a;
  --line: #363e47; --bar: #6ea3e0; --worst: #e8935a; } }
* { box-sizing: border-box; }
body { margin: 0 auto; padding: 2rem 1.5rem; max-width: 76rem; background: var(--bg); color: var(--fg);
  font: 15px/1.5 system-ui, "Segoe UI", "Helvetica Neue", Arial, "DejaVu Sans", sans-serif; }
h1 { font-size: 1.6rem; margin: 0 0 .25rem; overflow-wrap: anywhere; }
h2 { font-size: 1.15rem; margin: 2rem 0 .5rem; }
p { margin: .4rem 0; }
.muted, figcaption, th { color: var(--muted); }
.hash { font-family: ui-monospace, "DejaVu Sans Mono", monospace; font-size: .85em; overflow-wrap: anywhere; }
.tiles { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(20rem, 100%), 1fr)); gap: .75rem;
  margin: 1.25rem 0; }
.tile { padding: .75rem 1rem; background: var(--panel); border: 1px solid var(--line);
  border-radius: 6px; }
.tile b { display: block; font-size: 1.25rem; font-weight: 600; }
.tile span { font-size: .85rem; color: var(--muted); }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-size: .85rem; }
th, td { padding: .3rem .6rem; text-align: left; border-bottom: 1px solid var(--line); vertical-align: top; }
th { font-weight: 600; white-space: nowrap; }
td.n, th.n { text-align: right; white-space: nowrap; font-variant-numeric: tabular-nums; }
td.name { overflow-wrap: break-word; min-width: 8rem; }
td.scheme { min-width: 9rem; }
figure { margin: 0; }
svg { width: 100%; min-width: 40rem; height: auto; font: 12px system-ui, "DejaVu Sans", sans-serif; }
svg text { fill: var(--fg); }
svg .axis { fill: var(--muted); }
svg line { stroke: var(--line); }
svg rect { fill: var(--bar); }
svg rect.worst { fill: var(--worst); }
@media print { :root { --fg: #000; --muted: #444; --bg: #fff; --panel: #fff; --line: #bbb; --bar: #3b78c3; --worst: #c2571a; }
  body { padding: 0; max-width: none; font-size: 10pt; } .scroll { overflow: visible; } thead { display: table-header-group; }
  tr, .tile { break-inside: avoid; } svg { min-width: 0; }
  table { font-size: 7pt; } th, td { padding: .15rem .3rem; } td.name, td.scheme { min-width: 0; } h2 { break-after: avoid; }
  svg rect { -webkit-print-color-adjust: exact; print-color-adjust: exact; } }
)css";

std::string escaped(StringRef text) {
  std::string result;
  raw_string_ostream os(result);
  printHTMLEscaped(text, os);
  return result;
}

/// A name may break after its dots.
std::string breakable(StringRef name) {
  std::string result;
  for (StringRef part : split(name, '.'))
    result += (result.empty() ? "" : ".<wbr>") + escaped(part);
  return result;
}

std::string bytesText(int64_t bytes) {
  if (bytes < 1024)
    return formatv("{0} B", bytes);
  double kib = static_cast<double>(bytes) / 1024;
  return kib < 1024 ? formatv("{0:f1} KiB", kib).str() : formatv("{0:f1} MiB", kib / 1024).str();
}

std::string decibels(double sqnr) {
  if (std::isinf(sqnr))
    return "exact";
  return std::isnan(sqnr) ? "not a number" : formatv("{0:f1} dB", sqnr).str();
}

std::string timeText(double microseconds) {
  return microseconds < 1000 ? formatv("{0:f0} µs", microseconds).str()
                             : formatv("{0:f2} ms", microseconds / 1000).str();
}

class Page {
public:
  Page(const Report &report, raw_ostream &os) : report(report), os(os), worst(report.byError()) {}

  void write() {
    std::string title = escaped(sys::path::filename(report.model));
    os << "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
       << "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
       << "<title>" << title << ": quantization report</title>\n<style>" << kStyle
       << "</style>\n</head>\n<body>\n<h1>" << title << "</h1>\n";
    writeSource();
    writeTiles();
    writeErrors();
    writeSites();
    writeFloatSites();
    os << "</body>\n</html>\n";
  }

private:
  void writeSource() {
    os << "<p>Recipe <b>" << escaped(report.recipe) << "</b> for <b>" << escaped(report.target)
       << "</b>, Lowp " << escaped(report.version) << ", output "
       << escaped(sys::path::filename(report.output))
       << "</p>\n<p class=\"muted\">Source <span class=\"hash\">" << report.sourceHash
       << "</span></p>\n";
  }

  //===--------------------------------------------------------------------===//
  // Numbers at a glance
  //===--------------------------------------------------------------------===//

  void tile(StringRef value, const Twine &label) {
    os << "<div class=\"tile\"><b>" << escaped(value) << "</b><span>" << escaped(label.str())
       << "</span></div>\n";
  }

  void writeTiles() {
    os << "<div class=\"tiles\">\n";
    int64_t quantized = count_if(report.sites, [](const SiteReport &s) { return !s.isFloat(); });
    tile(formatv("{0} of {1}", quantized, report.sites.size()).str(), "sites quantized");
    tile(bytesText(report.parametersBefore) + " → " + bytesText(report.parametersAfter),
         "parameters, before → after");
    if (report.cacheBefore > 0)
      tile(bytesText(report.cacheBefore) + " → " + bytesText(report.cacheAfter), "keys and values, before → after");
    if (report.libraryBytes)
      tile(bytesText(*report.libraryBytes), "output file");
    if (report.latency)
      tile(timeText(report.latency->quantile(0)),
           "latency, best of " + Twine(report.latency->runs()) + " on one thread; median " +
               timeText(report.latency->quantile(0.5)) + "; " + report.latencyInput);
    else
      tile("—", "latency not measured: " + report.latencyMissing);
    if (report.scratchBytes)
      tile(bytesText(*report.scratchBytes), "scratch memory of a run");
    if (!worst.empty())
      tile(decibels(worst.front()->error->sqnr), "lowest SQNR of a site: " + worst.front()->name);
    os << "</div>\n";
  }

  //===--------------------------------------------------------------------===//
  // Chart
  //===--------------------------------------------------------------------===//

  void writeErrors() {
    os << "<h2>What each site costs</h2>\n";
    if (!report.errorsMissing.empty()) {
      os << "<p>Not measured: " << escaped(report.errorsMissing) << ".</p>\n";
      return;
    }
    constexpr size_t kMostBars = 40;
    size_t shown = std::min(worst.size(), kMostBars);
    os << "<figure>\n<figcaption>SQNR of each site alone, on the float model's inputs of "
       << report.errorSamples << (report.errorSamples == 1 ? " sample" : " samples")
       << "; worst first";
    if (shown < worst.size())
      os << ", the " << shown << " worst of " << worst.size();
    os << ". 6 dB more is half the error.</figcaption>\n";
    writeChart(ArrayRef(worst).take_front(shown));
    os << "</figure>\n";
  }

  static constexpr int kWidth = 1000, kRight = 80, kRow = 20, kTop = 24;
  static constexpr size_t kMostCharacters = 44; // of a name in front of the bars

  /// Bars from 0 to the next 10 dB above the best; what is not finite fills or leaves its row.
  void writeChart(ArrayRef<const SiteReport *> sites) {
    constexpr int kCharacterWidth = 8;
    double top = 10;
    size_t longest = 0;
    for (const SiteReport *site : sites) {
      longest = std::max(longest, std::min(site->name.size(), kMostCharacters));
      if (std::isfinite(site->error->sqnr))
        top = std::max(top, std::ceil(site->error->sqnr / 10) * 10);
    }
    int left = 16 + kCharacterWidth * static_cast<int>(longest);
    int height = kTop + kRow * static_cast<int>(sites.size()) + 4;
    os << "<div class=\"scroll\">";
    os << formatv("<svg viewBox=\"0 0 {0} {1}\" role=\"img\" aria-label=\"SQNR of each site in "
                  "decibels\">\n",
                  kWidth, height);
    auto position = [&](double db) { return left + (kWidth - left - kRight) * db / top; };
    for (double db = 0; db <= top; db += 10)
      os << formatv("<line x1=\"{0:f1}\" x2=\"{0:f1}\" y1=\"{1}\" y2=\"{2}\"/><text class=\"axis\" "
                    "x=\"{0:f1}\" y=\"14\" text-anchor=\"middle\">{3:f0} dB</text>\n",
                    position(db), kTop - 4, height, db);
    for (auto [i, site] : enumerate(sites)) {
      double sqnr = site->error->sqnr;
      double length = std::isinf(sqnr) ? top : std::isnan(sqnr) ? 0 : std::max(sqnr, 0.0);
      writeBar(*site, kTop + kRow * static_cast<int>(i), left, position(length), i == 0);
    }
    os << "</svg></div>\n";
  }

  void writeBar(const SiteReport &site, int y, int left, double end, bool isWorst) {
    StringRef name = site.name, shown = name.take_back(kMostCharacters);
    // No part of a character of several bytes.
    shown = shown.drop_while([](char c) { return (c & 0xc0) == 0x80; });
    StringRef ellipsis = shown.size() < name.size() ? "…" : "";
    os << formatv("<g><title>{0}: {1}</title><text x=\"{2}\" y=\"{3}\" "
                  "text-anchor=\"end\">{4}{5}</text>",
                  escaped(name), decibels(site.error->sqnr), left - 8, y + 14, ellipsis,
                  escaped(shown))
       << formatv("<rect{0} x=\"{1}\" y=\"{2}\" width=\"{3:f1}\" height=\"14\" rx=\"2\"/>",
                  isWorst ? " class=\"worst\"" : "", left, y + 3, end - left)
       << formatv("<text x=\"{0:f1}\" y=\"{1}\">{2}</text></g>\n", end + 6, y + 14,
                  decibels(site.error->sqnr));
  }

  //===--------------------------------------------------------------------===//
  // Tables
  //===--------------------------------------------------------------------===//

  void cell(StringRef text, StringRef kind = "") {
    os << "<td";
    if (!kind.empty())
      os << " class=\"" << kind << "\"";
    os << ">" << escaped(text) << "</td>";
  }

  void writeSites() {
    os << "<h2>Sites</h2>\n<div class=\"scroll\"><table>\n<thead><tr><th>site</th><th>op</th>"
       << "<th class=\"n\">m×n×k</th><th>weight</th><th>activation</th><th class=\"n\">range</th>"
       << "<th class=\"n\">weight bytes</th><th class=\"n\">SQNR</th></tr></thead>\n<tbody>\n";
    for (const SiteReport &site : report.sites)
      writeRow(site);
    os << "</tbody></table></div>\n<p class=\"muted\">m×n×k: rows, columns and reduction, a batch "
          "in front. Range: of the activation in the calibration data, as it is quantized (after "
          "equalisation). Weight bytes: before → after, scales included.</p>\n";
  }

  void writeRow(const SiteReport &site) {
    os << "<tr><td class=\"name\">" << breakable(site.name) << "</td>";
    cell(StringRef(site.op).rsplit('.').second);
    cell(site.shape("×"), "n");
    cell(site.weight, "scheme");
    cell(site.activation, "scheme");
    cell(site.range ? formatv("{0:f2} … {1:f2}", site.range->first, site.range->second).str() : "—",
         "n");
    cell(site.bytesBefore == 0 ? "—"
                               : bytesText(site.bytesBefore) + " → " + bytesText(site.bytesAfter),
         "n");
    cell(site.error ? decibels(site.error->sqnr) : "—", "n");
    os << "</tr>\n";
  }

  void writeFloatSites() {
    os << "<h2>What stayed in float</h2>\n";
    if (none_of(report.sites, [](const SiteReport &site) { return site.isFloat(); })) {
      os << "<p>No site. What is no site is not quantized: norms, softmax, elementwise ops.</p>\n";
      return;
    }
    os << "<table>\n<thead><tr><th>site</th><th>reason</th></tr></thead>\n<tbody>\n";
    for (const SiteReport &site : report.sites)
      if (site.isFloat()) {
        os << "<tr><td class=\"name\">" << breakable(site.name) << "</td><td>"
           << escaped(site.reason) << "</td></tr>\n";
      }
    os << "</tbody></table>\n<p class=\"muted\">What is no site is not quantized: norms, softmax, "
          "elementwise ops.</p>\n";
  }

  const Report &report;
  raw_ostream &os;
  std::vector<const SiteReport *> worst;
};

} // namespace

void writeReportHTML(const Report &report, raw_ostream &os) { Page(report, os).write(); }

} // namespace lowp
