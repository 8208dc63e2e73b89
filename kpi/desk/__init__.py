"""The upload desk: from the parts of an upload to checked files, or to the question that a person answers first."""
