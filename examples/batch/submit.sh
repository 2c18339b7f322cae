#!/usr/bin/env bash
# Registers the job definition and submits it as an array: examples/batch/submit.sh QUEUE [SHARES]
# AWS Batch sets AWS_BATCH_JOB_ARRAY_INDEX and AWS_BATCH_JOB_ARRAY_SIZE. An array has 2 to 10,000 children.
set -euo pipefail

queue=${1:?usage: submit.sh QUEUE [SHARES]}
shares=${2:-16}
here=$(cd "$(dirname "$0")" && pwd)

definition=$(aws batch register-job-definition \
  --cli-input-json "file://$here/job-definition.json" \
  --query jobDefinitionArn --output text)

aws batch submit-job \
  --job-name avatar-prep \
  --job-queue "$queue" \
  --job-definition "$definition" \
  --array-properties "size=$shares" \
  --query jobId --output text
