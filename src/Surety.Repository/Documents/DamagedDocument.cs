using Surety.Repository.Errors;

namespace Surety.Repository.Documents;

/// <param name="Name">Name of the blob.</param>
/// <param name="Error">Why it cannot be used: damaged, unreadable, or of a later format.</param>
public sealed record DamagedDocument(string Name, SuretyException Error);
