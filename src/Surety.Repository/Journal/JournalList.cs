using Surety.Repository.Documents;

namespace Surety.Repository.Journal;

/// <summary>The records of a repository, oldest first, and those that could not be read.</summary>
public sealed record JournalList(IReadOnlyList<JournalRecord> Records, IReadOnlyList<DamagedDocument> Damaged);
