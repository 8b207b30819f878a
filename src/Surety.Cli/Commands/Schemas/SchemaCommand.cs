using System.CommandLine;

namespace Surety.Cli.Commands.Schemas;

/// <summary><c>surety schema</c>: the history of a schema, as its backups show it.</summary>
internal sealed class SchemaCommand : Command
{
    public SchemaCommand()
        : base("schema", "Show how the schema changed from backup to backup, and take it back")
    {
        Subcommands.Add(new SchemaLogCommand());
        Subcommands.Add(new SchemaDiffCommand());
        Subcommands.Add(new SchemaRollbackCommand());
    }
}
