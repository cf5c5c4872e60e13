@{
    TenantId     = '7f1d3c52-0b7e-4a43-9a1c-2f6d54f0aa11'
    ClientId     = '3b9c6f0e-6a1d-4f57-8d6b-b1f1c3f2e901'
    ClientSecret = 'Xx8~made.up-secret-value-000000000000000'
    UserName     = 'svc-report@contoso.example'
    Password     = 'made-up Password & 100%'
    Servers      = @('a', 'b')
}
