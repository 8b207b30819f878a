using Surety.Repository.Errors;

namespace Surety.Repository.Journal;

/// <summary>The records of a repository, oldest first, and those that could not be read.</summary>
public sealed record JournalList(IReadOnlyList<JournalRecord> Records, IReadOnlyList<DamagedRecord> Damaged);

/// <param name="Name">Name of the blob.</param>
/// <param name="Error">Why it cannot be used: damaged, unreadable, or of a later format.</param>
public sealed record DamagedRecord(string Name, SuretyException Error);
