using Surety.Repository.Errors;
using Surety.Server.Operations;

namespace Surety.Server.Dashboard;

/// <summary>Reads a form as what it asks for.</summary>
internal static class FormRequests
{
    private const string PastedName = "pasted.sql";
    private const long LongestScript = 4 * 1024 * 1024;

    /// <exception cref="SuretyException">InvalidArgument: something is missing, or there is no such operation.</exception>
    public static async Task<OperationRequest> ReadAsync(
        string operation,
        IFormCollection form,
        CancellationToken cancellationToken
    ) =>
        operation switch
        {
            "check" => new CheckRequest { Files = await ScriptsAsync(form, cancellationToken) },
            "rehearse" => new RehearseRequest
            {
                Files = await ScriptsAsync(form, cancellationToken),
                SchemaOnly = IsOn(form, "schemaOnly"),
            },
            _ => Read(operation, form),
        };

    private static OperationRequest Read(string operation, IFormCollection form) =>
        operation switch
        {
            "backup" => new BackupRequest { Description = Text(form, "description"), Tags = Tags(form) },
            "verify" => new VerifyRequest(),
            "validate" => new ValidateRequest(),
            "drill" => new DrillRequest(),
            "diff" => new DiffRequest { Other = Text(form, "other") },
            "pin" => new PinRequest { Reason = Text(form, "reason") },
            "unpin" => new UnpinRequest(),
            "copy" => new CopyRequest { To = FormActions.Required(form, "to") },
            "export" => new ExportRequest { Format = FormActions.Required(form, "format"), Gzip = IsOn(form, "gzip") },
            "forget" => new ForgetRequest { AllowNewest = IsOn(form, "allowNewest"), Confirm = Text(form, "confirm") },
            "prune-plan" => new PruneRequest { DryRun = true },
            "prune" => new PruneRequest { Confirm = Text(form, "confirm") },
            "restore" => new RestoreRequest
            {
                Into = FormActions.Required(form, "into"),
                CreateRoles = IsOn(form, "createRoles"),
                NoOwner = IsOn(form, "noOwner"),
                Confirm = Text(form, "confirm"),
            },
            "restore-tables" => new RestoreTablesRequest
            {
                Tables = form["tables"].OfType<string>().ToList(),
                Replace = IsOn(form, "replace"),
                NoOwner = IsOn(form, "noOwner"),
                Confirm = Text(form, "confirm"),
            },
            "rollback-plan" => new RollbackPlanRequest { Strategy = Text(form, "strategy") },
            "rollback" => new RollbackRequest { Strategy = Text(form, "strategy"), Confirm = Text(form, "confirm") },
            _ => throw Wrong($"there is no operation '{operation}'"),
        };

    private static string? Text(IFormCollection form, string field) => FormActions.Optional(form, field);

    private static bool IsOn(IFormCollection form, string field) => Text(form, field) is not null;

    /// <summary><c>ticket=4711, release=2.4</c>.</summary>
    private static Dictionary<string, string>? Tags(IFormCollection form)
    {
        if (Text(form, "tags") is not { } text)
        {
            return null;
        }

        var tags = new Dictionary<string, string>();
        foreach (var tag in text.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            if (tag.Split('=', 2, StringSplitOptions.TrimEntries) is not [{ Length: > 0 } name, var value])
            {
                throw Wrong($"'{tag}' is no tag: it takes name=value");
            }

            if (!tags.TryAdd(name, value))
            {
                throw Wrong($"there are two tags '{name}'");
            }
        }

        return tags;
    }

    /// <summary>Files that were chosen, and what was pasted.</summary>
    private static async Task<IReadOnlyList<UploadedScript>> ScriptsAsync(
        IFormCollection form,
        CancellationToken cancellationToken
    )
    {
        var scripts = new List<UploadedScript>();
        foreach (var file in form.Files.Where(file => file.Length > 0))
        {
            if (file.Length > LongestScript)
            {
                throw Wrong($"{file.FileName} is longer than 4 MB");
            }

            using var reader = new StreamReader(file.OpenReadStream());
            scripts.Add(new UploadedScript(file.FileName, await reader.ReadToEndAsync(cancellationToken)));
        }

        if (Text(form, "sql") is { } pasted)
        {
            scripts.Add(new UploadedScript(PastedName, pasted));
        }

        return scripts;
    }

    private static SuretyException Wrong(string fact) =>
        new(ErrorCode.InvalidArgument, $"{fact}; nothing was done", "go back and send the form again");
}
