#!/bin/sh
# Installs Errbot and Hubot with their Slack parts, as tests/bench/peers pins them, to target/peers, where `cargo bench --bench peers`
# looks for them. Takes python3 and npm.
set -eu
cd "$(dirname "$0")/../.."
rm -rf target/peers
mkdir -p target/peers
cp -R tests/bench/peers/errbot tests/bench/peers/hubot target/peers/
python3 -m venv target/peers/errbot/venv
target/peers/errbot/venv/bin/pip install --quiet --disable-pip-version-check --requirement target/peers/errbot/requirements.txt
npm ci --silent --no-audit --no-fund --prefix target/peers/hubot
